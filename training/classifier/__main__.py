"""`make model`: trains the classifier and writes its files.

Needs the folder of corpora in NOBET_CORPORA (without it, only the project's own messages are learnt from, and the
result is weaker) and about an hour on two cores. Same data, same seed, same machine: the same model.
"""

import os
import sys
from pathlib import Path

import torch

from training.classifier import learn, tasks, vocabulary
from training.classifier.encoder import Encoder, read_source, weights_file
from training.classifier.export import export

HERE = Path(__file__).parent.parent
MODEL = HERE.parent / "app" / "signals" / "classifier" / "model"
VOCABULARY = 40_000
# What is kept from training: of the project's own messages for weighing (`nobet measure`), of corpora for `make judge`.
HELD_BACK = 0.12
CORPORA_HELD_BACK = 0.10
# Above 1e-4 the encoder forgets what it knew and learns nothing.
PLAN = learn.Plan(epochs=4, rate=8e-5, head_rate=2e-3)


def main() -> None:
    """The procedure's labels from the project's messages, and what offence is from many tweets, in one go."""
    torch.set_num_threads(int(os.environ.get("NOBET_THREADS", "2")))
    torch.manual_seed(PLAN.seed)
    corpora = os.environ.get("NOBET_CORPORA")
    general = [*tasks.offenseval(Path(corpora)), *tasks.tddi(Path(corpora))] if corpora else []
    general = [example for example in general if not tasks.is_held_back(example, CORPORA_HELD_BACK)]
    own = [example for path in sorted((HERE / "messages").glob("*.jsonl")) for example in tasks.own(path)]
    own = [example for example in own if not tasks.is_held_back(example, HELD_BACK)]
    own += tasks.own(HERE / "development.jsonl")
    print(f"{len(own)} messages of our own, {len(general)} of corpora", flush=True)

    source = read_source(weights_file())
    texts = [text for example in (*general, *own) for text in (example.text, example.parent)]
    kept = vocabulary.choose(source.pieces, texts, size=VOCABULARY)
    tokens = vocabulary.tokenizer([source.pieces[place] for place in kept])
    judge = learn.Judge(Encoder(source, kept), source.shape.hidden)
    learn.settle(judge, tokens, own[::10])
    learn.train(judge, tokens, own, PLAN, beside=general)
    export(judge, tokens, MODEL)
    print(f"written: {sum(path.stat().st_size for path in MODEL.iterdir()) / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
