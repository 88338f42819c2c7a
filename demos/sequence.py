"""Letters: three networks read a text and learn to say which letter comes next.

A recurrent network reads letter by letter and keeps what it read in a state; the LSTM has gates
that guard this state. A transformer has no state: every letter looks at all those before it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Value
from demos import figures, letters, sequence_figures
from demos.letters import Text

LENGTH, BATCH = 32, 32  # letters in a piece of text, pieces in a batch
STEPS, EPOCHS = 100, 8  # batches until the held-out text is looked at again, and how often
RATES = {"RNN": 0.004, "LSTM": 0.008, "transformer": 0.004}
LOSS = nn.SparseCategoricalCrossentropy(from_logits=True)
COVER = "maps"
BEGINNING, WRITTEN = "The ", 150
BOLDNESS = 0.7  # below 1, likely letters are written even more often than they are likely


class Recurrent(nn.Module):
    """Reads letter by letter; what it has read is in the state of its memory."""

    def __init__(self, letters: int, memory: Any) -> None:
        super().__init__()
        self.embed = nn.Embedding(letters, 32)
        self.memory = memory(32, 96, batch_first=True)
        self.score = nn.Linear(96, letters)

    def read(self, vectors: Value) -> Value:
        return self.score(self.memory(vectors)[0])

    def forward(self, numbers: np.ndarray) -> Value:
        return self.read(self.embed(numbers))


class Transformer(nn.Module):
    """Every letter looks at itself and those before it, in two layers of four heads."""

    def __init__(self, letters: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(letters, 64)
        self.place = nn.LearnedPositionalEncoding(64, 0, LENGTH, batch_first=True)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(64, 4, 256, 0, batch_first=True, norm_first=True)
            for _ in range(2)
        )
        self.norm = nn.LayerNorm(64)
        self.score = nn.Linear(64, letters)

    def read(self, vectors: Value) -> Value:
        x = self.place(vectors)
        for layer in self.layers:
            x = layer(x, nn.causal_mask(x.shape[1]))  # nobody sees what comes after
        return self.score(self.norm(x))

    def forward(self, numbers: np.ndarray) -> Value:
        return self.read(self.embed(numbers))


def build(name: str, text: Text) -> Any:
    """A network by its name, with fresh weights."""
    size = len(text.alphabet)
    if name == "transformer":
        return Transformer(size)
    return Recurrent(size, nn.LSTM if name == "LSTM" else nn.RNN)


def train(
    model: nn.Module, text: Text, rate: float, epochs: int, steps: int, watch: Any
) -> nn.History:
    """Show pieces of the text; after each epoch, predict the held-out text."""
    model.compile(LOSS, optim.Adam(model.parameters(), rate), clip_norm=1.0)
    cycle = optim.schedules.OneCycleLR(model.optimizer, rate, total_steps=epochs * steps)
    return model.fit(
        letters.draws(text.train, LENGTH, BATCH),
        epochs=epochs,
        steps_per_epoch=steps,
        validation_data=letters.windows(text.validation, LENGTH),
        validation_batch_size=256,
        callbacks=[nn.callbacks.LearningRateScheduler(cycle, per="step"), watch],
    )


def write(model: nn.Module, text: Text, seed: int, count: int = WRITTEN) -> str:
    """Let the network go on writing: draw a letter by its probabilities, read it, and again."""
    chance = np.random.default_rng(seed)
    written = text.encode(BEGINNING)
    for _ in range(count):
        scores = model.predict_on_batch(written[None, -LENGTH:])[0, -1]
        chances = np.exp((scores - scores.max()) / BOLDNESS, dtype=float)
        written = np.append(written, chance.choice(len(chances), p=chances / chances.sum()))
    return text.decode(written)


class Samples(nn.callbacks.Callback):
    """Notes what the network writes after some epochs."""

    def __init__(self, text: Text, seed: int, epochs: set[int]) -> None:
        self.text, self.seed, self.epochs = text, seed, epochs
        self.written: dict[int, str] = {}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch + 1 in self.epochs:
            self.written[epoch + 1] = write(self.model, self.text, self.seed)


def gradient_back(model: Any, text: Text) -> np.ndarray:
    """How much of the last letter's loss comes back to each letter before it: gradient norms."""
    before, after = (part[:256] for part in letters.windows(text.validation, LENGTH))
    vectors = Value(model.embed(before).data)
    LOSS(model.read(vectors)[:, -1], after[:, -1]).backward()
    norms = np.linalg.norm(vectors.grad, axis=-1).mean(axis=0)
    return norms[::-1] / norms[-1]


def attention(model: Transformer, numbers: np.ndarray) -> np.ndarray:
    """How much each letter looks at each one before it: (layers, heads, length, length)."""
    x, mask, found = model.place(model.embed(numbers[None])), nn.causal_mask(len(numbers)), []
    for layer in model.layers:
        seen = layer.norm1(x)
        heads = layer.self_attn(seen, seen, seen, attn_mask=mask, average_attn_weights=False)[1]
        found.append(heads.data[0])
        x = layer(x, mask)
    return np.array(found)


def tell(
    out: Path, seed: int = 0, quick: bool = False, epochs: int | None = None
) -> dict[str, Any]:
    """Train the three networks, and compare them with each other and with counting."""
    text = letters.read()
    epochs, steps = epochs or (2 if quick else EPOCHS), 20 if quick else STEPS
    trigram = letters.trigram_loss(text)
    models, histories, samples = {}, {}, {}
    for name, rate in RATES.items():
        print(f"\n{name}")
        autograd.manual_seed(seed)
        models[name] = build(name, text)
        samples[name] = Samples(text, seed, {1, max(1, epochs // 3), epochs})
        histories[name] = train(models[name], text, rate, epochs, steps, samples[name])
    last = {name: history["val_loss"][-1] for name, history in histories.items()}
    print(f"loss on the held-out text: trigram {trigram:.3f}, "
          + ", ".join(f"{name} {loss:.3f}" for name, loss in last.items()))  # fmt: skip

    back = {name: gradient_back(model, text) for name, model in models.items()}
    piece = letters.prose(text, LENGTH)
    weights = attention(models["transformer"], piece)
    before, distance = _looks(weights)
    near, far = (divmod(int(per_head.argmax()), 4) for per_head in (before, distance))
    return {
        "windows": letters.windows,
        "alphabet": len(text.alphabet),
        "n_train": len(text.train),
        "n_validation": len(text.validation),
        "epochs": epochs,
        "steps": steps,
        "read": epochs * steps * BATCH * LENGTH,
        "trigram": trigram,
        "last": last,
        "compared": [
            ("all letters alike", "–", *_loss(np.log(len(text.alphabet)))),
            ("trigram", "–", *_loss(trigram)),
            *(
                (name, f"{sum(p.size for p in models[name].parameters()):,}", *_loss(loss))
                for name, loss in last.items()
            ),
        ],
        "losses": figures.curves(
            {
                "loss on the held-out text": {
                    **{name: history["val_loss"] for name, history in histories.items()},
                    "trigram": [trigram] * epochs,
                }
            }
        ),
        "samples": sequence_figures.written(
            {name: samples[name].written for name in ("LSTM", "transformer")}
        ),
        "back": {name: norms[16] for name, norms in back.items()},
        "flow": figures.curves(
            {"gradient, against that of the last letter": {n: list(v) for n, v in back.items()}},
            x_label="letters back",
            log=True,
        ),
        "near": {"name": f"{near[0] + 1}.{near[1] + 1}", "share": before[near]},
        "far": {"name": f"{far[0] + 1}.{far[1] + 1}", "distance": distance[far]},
        "looks": sequence_figures.looks_of_last(weights, text.decode(piece)),
        "maps": sequence_figures.looks_of_all(weights, text.decode(piece), [near, far]),
    }


def _looks(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each head: its mean weight on the letter just before, and how far back it looks."""
    place = np.arange(weights.shape[-1])
    before = np.diagonal(weights, -1, axis1=-2, axis2=-1).mean(axis=-1)
    distance = (weights * (place[:, None] - place)).sum(axis=-1).mean(axis=-1)
    return before, distance


def _loss(loss: float) -> tuple[str, str]:
    """A cross-entropy, and among how many equally likely letters it would be as hard to choose."""
    return f"{loss:.3f}", f"{np.exp(loss):.1f}"
