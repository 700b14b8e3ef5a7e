// Keeps a list up to date without reloading the page: what came is added, what went fades away, what changed is
// replaced. A form that someone is writing in is left alone.
"use strict";

const PAUSE = 1500;

function isBusy(item) {
  return item.contains(document.activeElement) && document.activeElement.tagName === "TEXTAREA";
}

function leave(item) {
  if (item.classList.contains("leaving")) return;
  item.classList.add("leaving");
  setTimeout(() => item.remove(), 700);
}

function merge(list, fresh) {
  const wanted = new Set([...fresh.children].map((item) => item.id));
  for (const item of [...list.children]) {
    if (!wanted.has(item.id) && !isBusy(item)) leave(item);
  }
  let before = null;
  for (const item of [...fresh.children]) {
    let present = document.getElementById(item.id);
    if (!present) {
      present = document.importNode(item, true);
      present.classList.add("coming");
      list.insertBefore(present, before ? before.nextSibling : list.firstChild);
    } else if (present.dataset.version !== item.dataset.version && !isBusy(present)) {
      const replaced = document.importNode(item, true);
      present.replaceWith(replaced);
      present = replaced;
    } else {
      const time = present.querySelector("time");
      const freshTime = item.querySelector("time");
      if (time && freshTime) time.textContent = freshTime.textContent;
    }
    before = present;
  }
}

async function refresh(list) {
  try {
    const response = await fetch(list.dataset.refresh, { headers: { accept: "text/html" } });
    if (response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-refresh]");
      if (fresh) merge(list, fresh);
    }
  } catch (error) {
    // The sandbox is away for a moment; the next round tries again.
  }
  setTimeout(() => refresh(list), PAUSE);
}

document.querySelectorAll("[data-refresh]").forEach((list) => setTimeout(() => refresh(list), PAUSE));
document.querySelectorAll(".write textarea").forEach((area) => {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
});
