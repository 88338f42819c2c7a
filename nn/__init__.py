"""nn: layers, losses and training. Build a network, compile it, fit it, look at it.

module       Module and Parameter: what every layer and network is; state: its numbers by path
sequential   layers one after the other; containers: lists and dictionaries of them
linear, bilinear, activations, softmax, dropout, flatten,    the layers,
embedding, conv, pooling, padding, resampling, unfolding,    and more of them
embedding_bag, normalization, channel_norms, recurrent, attention, positions, transformer
distances    between pairs of vectors
inputs       what layers ask of their inputs
init         how weights start
losses       the distance from the ideal; targets: checks of the ideal answers
metrics      scores for people
data         batches from arrays, files, generators; splitting and scaling
training     compile, fit, evaluate, predict; fitting: the loop; step: one correction
given        what they were given, as what training works with; keras_words: more of its names
callbacks    watchers of training: early stopping, schedules, logs
checkpoint   all of a running training in a file; history and progress of it
mode         training or evaluation for a while
examples, preparation   inputs and ideal answers, checked before training
summary      a model as a table
weights      a model's numbers in a file
pictures     a network as neurons and weights, with what each received of the loss
film         the steps of a training, for a page that shows how it learns: `nn.play`
functional   PyTorch's functions under its names
habits       what other libraries call things: answers to names that are missing
hooks, placing   what runs around a forward; where numbers live, and in which dtype
utils        gradients within bounds, all parameters in a row, reparametrization: weights computed
scalar       networks of single numbers, with micrograd's names

>>> _ = autograd.manual_seed(0)
>>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
>>> y = np.array([0, 1, 1, 0])
>>> model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
>>> model.compile(loss="binary_crossentropy", optimizer=optim.Adam(model.parameters(), lr=0.1))
>>> history = model.fit(x, y, epochs=100, verbose=0)
>>> model.predict(x).round().ravel()
array([0., 1., 1., 0.], dtype=float32)
"""

from nn import callbacks, data, functional, init, losses, metrics, scalar, utils
from nn.activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    RReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Softshrink,
    Softsign,
    Tanh,
    Tanhshrink,
    Threshold,
)
from nn.attention import MultiheadAttention, causal_mask
from nn.bilinear import Bilinear
from nn.channel_norms import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LocalResponseNorm,
)
from nn.containers import ModuleDict, ModuleList, ParameterDict, ParameterList
from nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.distances import CosineSimilarity, PairwiseDistance
from nn.dropout import (
    AlphaDropout,
    Dropout,
    Dropout1d,
    Dropout2d,
    Dropout3d,
    FeatureAlphaDropout,
)
from nn.embedding import Embedding
from nn.embedding_bag import EmbeddingBag
from nn.fitting import LossNotFiniteError
from nn.flatten import Flatten, Identity, Unflatten
from nn.habits import not_in_nn
from nn.history import History
from nn.linear import Linear
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    CTCLoss,
    GaussianNLLLoss,
    HingeEmbeddingLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    Loss,
    MarginRankingLoss,
    MSELoss,
    MultiLabelMarginLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    NLLLoss,
    PoissonNLLLoss,
    SmoothL1Loss,
    SoftMarginLoss,
    SparseCategoricalCrossentropy,
    TripletMarginLoss,
    TripletMarginWithDistanceLoss,
    binary_crossentropy,
    categorical_crossentropy,
    mean_absolute_error,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
from nn.module import Module, Parameter
from nn.normalization import LayerNorm, RMSNorm
from nn.padding import (
    CircularPad1d,
    CircularPad2d,
    CircularPad3d,
    ConstantPad1d,
    ConstantPad2d,
    ConstantPad3d,
    ReflectionPad1d,
    ReflectionPad2d,
    ReflectionPad3d,
    ReplicationPad1d,
    ReplicationPad2d,
    ReplicationPad3d,
    ZeroPad1d,
    ZeroPad2d,
    ZeroPad3d,
)
from nn.pictures import NetworkDrawing, UndrawableError, draw_network, play
from nn.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    LPPool1d,
    LPPool2d,
    LPPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    MaxUnpool1d,
    MaxUnpool2d,
    MaxUnpool3d,
)
from nn.positions import LearnedPositionalEncoding, PositionalEncoding, sinusoidal_positions
from nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from nn.resampling import (
    ChannelShuffle,
    PixelShuffle,
    PixelUnshuffle,
    Upsample,
    UpsamplingBilinear2d,
    UpsamplingNearest2d,
)
from nn.sequential import Sequential
from nn.softmax import LogSoftmax, Softmax, Softmax2d, Softmin
from nn.targets import one_hot
from nn.transformer import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from nn.unfolding import Fold, Unfold

__all__ = [
    "Fold",
    "Unfold",
    "EmbeddingBag",
    "ParameterDict",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
    "CosineEmbeddingLoss",
    "GaussianNLLLoss",
    "MarginRankingLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
    "MultiMarginLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "CosineSimilarity",
    "PairwiseDistance",
    "Upsample",
    "PixelShuffle",
    "PixelUnshuffle",
    "ChannelShuffle",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "Transformer",
    "LocalResponseNorm",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "RReLU",
    "Threshold",
    "Hardshrink",
    "Softshrink",
    "Tanhshrink",
    "Softmin",
    "Softmax2d",
    "LearnedPositionalEncoding",
    "PositionalEncoding",
    "sinusoidal_positions",
    "TransformerDecoder",
    "TransformerEncoder",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "GroupNorm",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "ReLU6",
    "SiLU",
    "Softplus",
    "Softsign",
    "AlphaDropout",
    "FeatureAlphaDropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "Identity",
    "Unflatten",
    "Bilinear",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
    "MultiheadAttention",
    "causal_mask",
    "Embedding",
    "LayerNorm",
    "RMSNorm",
    "GRU",
    "GRUCell",
    "LSTM",
    "LSTMCell",
    "RNN",
    "RNNCell",
    "BCELoss",
    "CTCLoss",
    "BCEWithLogitsLoss",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "HingeEmbeddingLoss",
    "History",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "Linear",
    "Loss",
    "LossNotFiniteError",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ParameterList",
    "NLLLoss",
    "PoissonNLLLoss",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Softmax",
    "SparseCategoricalCrossentropy",
    "Tanh",
    "NetworkDrawing",
    "UndrawableError",
    "binary_crossentropy",
    "callbacks",
    "categorical_crossentropy",
    "draw_network",
    "play",
    "data",
    "functional",
    "init",
    "losses",
    "mean_absolute_error",
    "mean_squared_error",
    "metrics",
    "one_hot",
    "scalar",
    "utils",
    "sparse_categorical_crossentropy",
]


def __getattr__(name: str) -> object:
    """Only reached for what is missing."""
    raise AttributeError(not_in_nn(name), name=name)
