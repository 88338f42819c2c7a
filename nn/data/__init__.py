"""Data: examples on their way into a model, batch by batch.

loader    DataLoader: batches of a dataset, shuffled
prefetch  the next batches are made by a thread while this one is learned from
sequences sequences of different lengths as one array
split     train_test_split, standardise: before the first batch
batches   what `fit` walks through: arrays, memory-mapped files, generators, loaders

>>> x, y = np.random.default_rng(0).normal(size=(20, 3)), np.arange(20) % 2
>>> x_train, x_test, y_train, y_test = nn.data.train_test_split(x, y, test_size=0.2, seed=0)
>>> x_train, x_test = nn.data.standardise(x_train, x_test)
>>> loader = nn.data.DataLoader((x_train, y_train), batch_size=8, shuffle=True, prefetch=2)
>>> sum(len(labels) for _, labels in loader)
16
"""

from nn.data.batches import ArrayBatches, Batch, StreamBatches
from nn.data.loader import ArrayDataset, DataLoader, TensorDataset
from nn.data.prefetch import prefetch
from nn.data.sequences import pad_sequences
from nn.data.split import Standardizer, standardise, train_test_split
from nn.targets import one_hot

__all__ = [
    "ArrayBatches",
    "ArrayDataset",
    "Batch",
    "DataLoader",
    "Standardizer",
    "StreamBatches",
    "TensorDataset",
    "one_hot",
    "pad_sequences",
    "prefetch",
    "standardise",
    "train_test_split",
]
