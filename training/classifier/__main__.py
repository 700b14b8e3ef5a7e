"""`make model`: trains the classifier and writes its files.

Needs the folder of corpora in NOBET_CORPORA (without it, only the project's own messages are learnt from, and the
result is weaker) and two hours or so. Same data, same seed, same machine: the same model.
"""

import copy
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from app.measuring.cases import HELD_BACK
from training.classifier import learn, letters, tasks, vocabulary
from training.classifier.encoder import Encoder, read_source, weights_file
from training.classifier.export import export
from training.classifier.narrow import narrow

HERE = Path(__file__).parent.parent
MODEL = HERE.parent / "app" / "signals" / "classifier" / "model"
VOCABULARY = 40_000
# One example in so many is shown to see what goes into the matrices (see `levels`).
LEVELLED_BY = 60
# Above 1e-4 the encoder forgets what it knew and learns nothing.
PLAN = learn.Plan(epochs=5, rate=8e-5, head_rate=2e-3)
# The inner places that are kept of a layer's 1,536, and how what is cut is made good.
INNER = 1024
HEALING = learn.Plan(epochs=1, rate=5e-5, head_rate=3e-4)


def main() -> None:
    """The encoder, the n-grams, and how both are mixed; with the argument `ngrams`, all but the encoder."""
    own, general = _examples()
    learnt = [example for example in (*own, *general) if not _is_held_back(example)]
    if sys.argv[1:] != ["ngrams"]:
        _encoder(learnt)
    letters.write(learnt, [example for example in (*own, *general) if _is_held_back(example)], MODEL)
    print(f"written: {sum(path.stat().st_size for path in MODEL.iterdir()) / 1e6:.1f} MB", file=sys.stderr)


def _examples() -> tuple[list[tasks.Example], list[tasks.Example]]:
    """The project's own messages, and real texts of the corpora."""
    folder = os.environ.get("NOBET_CORPORA")
    general = list(tasks.corpora(Path(folder))) if folder else []
    own = [example for path in sorted((HERE / "messages").glob("*.jsonl")) for example in tasks.own(path)]
    own += [replace(example, source="development") for example in tasks.own(HERE / "development.jsonl")]
    return own, general


def _is_held_back(example: tasks.Example) -> bool:
    """Development messages, which rules are made from, are learnt from as well."""
    match example.source:
        case "development":
            return False
        case "own":
            return tasks.is_held_back(example, HELD_BACK)
        case _:
            return tasks.is_held_back(example, tasks.CORPORA_HELD_BACK)


def _encoder(learnt: Sequence[tasks.Example]) -> None:
    torch.set_num_threads(int(os.environ.get("NOBET_THREADS", "2")))
    torch.manual_seed(PLAN.seed)
    own = [example for example in learnt if example.source in ("own", "development")]
    general = [example for example in learnt if example.source not in ("own", "development")]
    print(f"{len(own)} messages of our own, {len(general)} of corpora", flush=True)

    source = read_source(weights_file())
    texts = [text for example in (*general, *own) for text in (example.text, example.parent)]
    kept = vocabulary.choose(source.pieces, texts, size=VOCABULARY)
    tokens = vocabulary.tokenizer([source.pieces[place] for place in kept])
    judge = learn.Judge(Encoder(source, kept), source.shape.hidden)
    learn.settle(judge, tokens, own[::10])
    learn.train(judge, tokens, own, PLAN, beside=general)
    teacher = copy.deepcopy(judge)
    narrow(judge, INNER, learn.one_by_one(tokens, learnt[::LEVELLED_BY]))
    learn.train(judge, tokens, own, HEALING, beside=general, teacher=teacher)
    export(judge, tokens, MODEL, learn.one_by_one(tokens, learnt[::LEVELLED_BY]))


if __name__ == "__main__":
    main()
