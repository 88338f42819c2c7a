"""What other libraries call things: the answer to an attribute that a Value does not have.

Names here are NumPy's. Who comes from PyTorch or TensorFlow types theirs first; the error then
says how it is written here.
"""

from __future__ import annotations

#: A name from elsewhere, and how one gets the same here.
ELSEWHERE = {
    "numpy": "its array is x.data",
    "value": "its numbers are x.data; one number as a float is x.item()",
    "values": "its array is x.data",
    "gradient": "its gradient is x.grad, after loss.backward()",
    "clone": "x.copy() is a copy that gradients pass through, x.detach() one they do not",
    "view": "write x.reshape(...)",
    "view_as": "write x.reshape(other.shape)",
    "permute": "write x.transpose(...)",
    "t": "write x.T",
    "unsqueeze": "write autograd.expand_dims(x, axis) or x[..., None]",
    "expand": "write autograd.broadcast_to(x, shape)",
    "cat": "write autograd.concatenate([x, ...], axis)",
    "add_": "write x += y",
    "sub_": "write x -= y",
    "mul_": "write x *= y",
    "div_": "write x /= y",
    "zero_": "write x[...] = 0, or x.grad = None for a gradient",
    "retain_grad": "every Value keeps its gradient; there is nothing to ask for",
    "grad_fn": "the operation that made it is x.op, its operands are x.parents",
    "zero_grad": "write x.grad = None, or model.zero_grad() for all parameters",
    "float": "write x.astype(np.float32)",
    "double": "write x.astype(np.float64)",
    "long": "write x.astype(np.int64)",
    "type": "its dtype is x.dtype; x.astype(dtype) changes it",
    "cpu": "everything runs on the CPU; there is nothing to move",
    "cuda": "everything runs on the CPU; there is nothing to move",
    "to": "everything runs on the CPU; x.astype(dtype) changes the dtype",
    "device": "everything runs on the CPU",
}


def no_attribute(kind: str, name: str) -> str:
    """The message for `x.name` where `x` has no such attribute.

    >>> no_attribute("Value", "unsqueeze")
    "'Value' has no attribute 'unsqueeze'; write autograd.expand_dims(x, axis) or x[..., None]"
    """
    hint = ELSEWHERE.get(name)
    return f"{kind!r} has no attribute {name!r}" + (f"; {hint}" if hint else "")
