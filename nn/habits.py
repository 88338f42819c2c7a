"""What other libraries call things: the answer to a name that a model, or `nn`, does not have.

Layers here have PyTorch's names, training has Keras's. Who types the other one is told.
"""

from __future__ import annotations

#: What a model has elsewhere, and how one gets the same here.
OF_MODELS = {
    "add": "model.append(layer) adds a layer to a Sequential",
    "layers": "list(model) are the layers of a Sequential, model.children() those of any module",
    "get_layer": "model[0] is a layer of a Sequential; any other is an attribute by its name",
    "build": "layers know their sizes, so there is nothing to build",
    "built": "layers know their sizes, so there is nothing to build",
    "weights": "model.parameters() are its weights, model.state_dict() their numbers by name",
    "trainable_weights": "model.parameters() are its weights",
    "trainable_variables": "model.parameters() are its weights",
    "variables": "model.parameters() are its weights",
    "get_weights": "model.state_dict() gives its numbers by name",
    "set_weights": "model.load_state_dict(state) takes numbers by name",
    "to_json": "a model is its Python code; model.save(path) keeps its weights",
    "get_config": "a model is its Python code; model.save(path) keeps its weights",
    "predict_classes": "write model.predict(x).argmax(axis=-1)",
    "predict_proba": "write model.predict(x)",
    "fit_generator": "model.fit takes generators",
    "evaluate_generator": "model.evaluate takes generators",
    "score": "write model.evaluate(x, y)",
    "metrics_names": "model.evaluate(x, y).keys() are the names",
    "output_shape": "model.summary() shows every layer's",
    "input_shape": "model.summary() shows every layer's",
    "cuda": "everything runs on the CPU; there is nothing to move",
    "cpu": "everything runs on the CPU; there is nothing to move",
    "to": "everything runs on the CPU; there is nothing to move",
}
#: Layers and functions by Keras's names, and what there is here.
OF_NN = {
    "Dense": "nn.Linear(in_features, out_features), and an activation such as nn.ReLU() behind it",
    "Input": "not needed: the first layer says how many inputs it takes",
    "InputLayer": "not needed: the first layer says how many inputs it takes",
    "Model": "a subclass of nn.Module with a forward method",
    "Layer": "a subclass of nn.Module with a forward method",
    "Activation": "a layer of its own, such as nn.ReLU()",
    "Conv1D": "nn.Conv1d(in_channels, out_channels, kernel_size); channels are in axis 1",
    "Conv2D": "nn.Conv2d(in_channels, out_channels, kernel_size); channels are in axis 1",
    "Conv3D": "nn.Conv3d(in_channels, out_channels, kernel_size); channels are in axis 1",
    "Conv2DTranspose": "nn.ConvTranspose2d(in_channels, out_channels, kernel_size)",
    "MaxPooling1D": "nn.MaxPool1d(kernel_size)",
    "MaxPooling2D": "nn.MaxPool2d(kernel_size)",
    "MaxPool2D": "nn.MaxPool2d(kernel_size)",
    "AveragePooling2D": "nn.AvgPool2d(kernel_size)",
    "GlobalAveragePooling1D": "nn.AdaptiveAvgPool1d(1) and nn.Flatten()",
    "GlobalAveragePooling2D": "nn.AdaptiveAvgPool2d(1) and nn.Flatten()",
    "GlobalMaxPooling2D": "nn.AdaptiveMaxPool2d(1) and nn.Flatten()",
    "BatchNormalization": "nn.BatchNorm1d(features), or nn.BatchNorm2d(channels) for images",
    "LayerNormalization": "nn.LayerNorm(features)",
    "GroupNormalization": "nn.GroupNorm(groups, channels)",
    "SimpleRNN": "nn.RNN(input_size, hidden_size, batch_first=True)",
    "Bidirectional": "nn.LSTM(..., bidirectional=True)",
    "TimeDistributed": "not needed: nn.Linear works along the last axis of any shape",
    "MultiHeadAttention": "nn.MultiheadAttention(embed_dim, num_heads)",
    "Reshape": "nn.Unflatten(1, shape)",
    "Lambda": "a subclass of nn.Module with a forward method",
    "Concatenate": "autograd.concatenate([a, b], axis=-1) in a forward method",
    "Add": "a + b in a forward method",
    "UpSampling2D": "nn.Upsample(scale_factor=2)",
    "ZeroPadding2D": "nn.ZeroPad2d(padding)",
    "load_model": "model.load(path), of a model made by the same code",
    "models": "nn itself: nn.Sequential, nn.Module",
    "layers": "nn itself: nn.Linear, nn.Conv2d, ...",
    "optimizers": "the package optim",
    "optim": "the package optim: import optim",
    "Tensor": "autograd.Value",
    "no_grad": "autograd.no_grad",
    "pad_sequences": "nn.data.pad_sequences",
    "set_random_seed": "autograd.manual_seed",
    "to_categorical": "nn.one_hot(y, classes)",
}


def no_attribute(kind: str, name: str) -> str:
    """The message for a model's attribute that there is not.

    >>> from nn.habits import no_attribute
    >>> no_attribute("Sequential", "predict_proba")
    "'Sequential' object has no attribute 'predict_proba'; write model.predict(x)"
    """
    hint = OF_MODELS.get(name)
    return f"{kind!r} object has no attribute {name!r}" + (f"; {hint}" if hint else "")


def not_in_nn(name: str) -> str:
    """The message for `nn.name` where there is none.

    >>> from nn.habits import not_in_nn
    >>> not_in_nn("MaxPooling2D")
    "module 'nn' has no attribute 'MaxPooling2D'; here it is nn.MaxPool2d(kernel_size)"
    """
    hint = OF_NN.get(name)
    return f"module 'nn' has no attribute {name!r}" + (f"; here it is {hint}" if hint else "")
