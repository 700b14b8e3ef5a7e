// Finds a message on the page, brings it to the middle, draws a frame around it, and tells how it is seen there.
// Texts are compared without spaces and signs that nobody sees: pages wrap them as they like.
(wanted) => {
  "use strict";
  const FRAME_ID = "nobet-frame";
  const UNREAD = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "TEXTAREA", "SELECT", "HEAD", "IFRAME", "SVG"]);
  const UNSEEN = /[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufe0e\ufe0f\ufeff]/gu;
  // Fewer letters than this stand on any page: then only a whole element that says nothing else counts.
  const FEW = 4;
  // A long text may be folded; its beginning tells it apart as well.
  const BEGINNING = 80;

  const bare = (text) => text.normalize("NFC").replace(UNSEEN, "");

  function read(withPictures) {
    const pieces = [];
    let text = "";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
      acceptNode: (node) =>
        node.nodeType === Node.ELEMENT_NODE && (UNREAD.has(node.tagName.toUpperCase()) || node.id === FRAME_ID)
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_ACCEPT,
    });
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      // Some platforms draw emoji as pictures.
      const said = node.nodeType === Node.TEXT_NODE ? node.data : withPictures && node.tagName === "IMG" ? node.alt : "";
      const own = bare(said);
      if (!own) continue;
      pieces.push({ node, start: text.length });
      text += own;
    }
    return { pieces, text };
  }

  function pieceAt(pieces, place) {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (pieces[middle].start <= place) low = middle;
      else high = middle - 1;
    }
    return pieces[low].node;
  }

  function around(first, last) {
    const range = document.createRange();
    range.setStartBefore(first);
    range.setEndAfter(last);
    const common = range.commonAncestorContainer;
    return common.nodeType === Node.ELEMENT_NODE ? common : common.parentElement;
  }

  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && (!element.checkVisibility || element.checkVisibility({ visibilityProperty: true }));
  };

  const author = bare(wanted.author || "");
  const marks = wanted.selectors.filter((selector) => {
    try {
      document.querySelector(selector);
      return true;
    } catch {
      return false;
    }
  });

  function withAuthor(element) {
    if (!author) return null;
    const height = element.getBoundingClientRect().height;
    let outer = element;
    for (let steps = 0; outer && outer !== document.body && steps < 7; steps += 1, outer = outer.parentElement) {
      if (outer.getBoundingClientRect().height > height + 240) return null;
      if (bare(outer.textContent).includes(author)) return outer;
    }
    return null;
  }

  function worth(element, text) {
    let points = 0;
    if ([...marks, ":target"].some((selector) => element.closest(selector) || element.querySelector(selector))) points += 8;
    if (bare(element.textContent) === text) points += 4;
    if (withAuthor(element)) points += 2;
    return points;
  }

  function best(text, withPictures) {
    const page = read(withPictures);
    let found = null;
    for (let at = page.text.indexOf(text); at >= 0; at = page.text.indexOf(text, at + 1)) {
      const element = around(pieceAt(page.pieces, at), pieceAt(page.pieces, at + text.length - 1));
      if (!element || !isSeen(element)) continue;
      const points = worth(element, text);
      if (text.length < FEW && points < 4) continue;
      if (!found || points > found.points) found = { element, points };
    }
    return found && found.element;
  }

  // Above an answer some pages show whom it answers, and leave those names out of what it says.
  const LEADING_NAMES = /^(?:\s*@[\p{L}\p{N}_.-]+)+\s+/u;
  const EMOJI = /\p{Extended_Pictographic}|\u20e3/gu;

  function findWhole(said) {
    const text = bare(said);
    if (!text) return null;
    const plain = bare(said.replace(EMOJI, ""));
    return best(text, true) || best(text, false) || (plain.length >= FEW && plain !== text ? best(plain, false) : null);
  }

  function find() {
    if (!bare(wanted.text)) return { element: marks.map((selector) => document.querySelector(selector)).find((one) => one && isSeen(one)) };
    const answer = wanted.text.replace(LEADING_NAMES, "");
    const whole = findWhole(wanted.text) || (answer !== wanted.text ? findWhole(answer) : null);
    if (whole) return { element: whole, isWhole: true };
    const text = bare(answer);
    const beginning = text.length > BEGINNING * 1.25 ? best(text.slice(0, BEGINNING), false) : null;
    return { element: beginning, isWhole: false };
  }

  document.getElementById(FRAME_ID)?.remove();
  if (!document.body) return null;
  const { element, isWhole = true } = find();
  if (!element) return null;
  const framed = withAuthor(element) || element;
  // Of what is taller than the window its beginning is shown, beneath whatever sticks to the top.
  const isTall = framed.getBoundingClientRect().height > innerHeight * 0.9;
  framed.scrollIntoView({ block: isTall ? "start" : "center", inline: "nearest", behavior: "instant" });
  if (isTall) scrollBy({ top: -100, behavior: "instant" });
  const inner = element.getBoundingClientRect();
  const box = framed.getBoundingClientRect();
  const middle = [inner.left + inner.width / 2, Math.min(inner.top + inner.height / 2, innerHeight - 1)];
  const onTop = document.elementFromPoint(...middle);
  const isCovered = Boolean(onTop) && !element.contains(onTop) && !onTop.contains(element);
  const frame = document.createElement("div");
  frame.id = FRAME_ID;
  Object.assign(frame.style, {
    position: "absolute",
    zIndex: "2147483647",
    pointerEvents: "none",
    boxSizing: "border-box",
    left: `${box.left + scrollX - 6}px`,
    top: `${box.top + scrollY - 6}px`,
    width: `${box.width + 12}px`,
    height: `${box.height + 12}px`,
    border: "3px solid #e11d48",
    borderRadius: "8px",
  });
  document.documentElement.append(frame);
  return { isWhole, isCovered, top: box.top + scrollY, height: box.height };
}
