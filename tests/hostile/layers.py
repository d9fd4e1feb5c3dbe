"""The same on labs with arrays, layers and TensorFlow."""

from __future__ import annotations

from tests.hostile.case import Case

KERAS = "import keras\nimport numpy as np\nfrom keras import ops\n"
NORMS = """
import numpy as np

def gradient_norms(states, recurrent_kernel):
    gradient = np.ones(states.shape[1])
    norms = [np.linalg.norm(gradient)]
    for t in range(len(states) - 1, 0, -1):
        gradient = recurrent_kernel @ (gradient * (1 - states[t] ** 2))
        norms.insert(0, np.linalg.norm(gradient))
    return np.array(norms)
"""
STATES = """
import numpy as np

def rnn_states(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(len(bias)), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)
"""


def lstm(name: str, tries: str, attack: str, says: str = "", earns: float = 0) -> Case:
    """An attack in lab 05's cell of an LSTM, and a right answer to 5.1."""
    return Case(
        name, tries, {"5.4": KERAS + attack, "5.1": STATES}, says, earns, lab="05", costs={"5.1": 2.0}
    )


CASES = [
    lstm(
        "weights_that_are_none",
        "weights of the right shapes, and states that stay as they were",
        """
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
    def build(self, shape):
        for sizes in ((shape[-1], 4 * self.units), (self.units, 4 * self.units), (4 * self.units,)):
            self.add_weight(shape=sizes)
    def call(self, inputs, states):
        return states[0], states
    def get_weights(self):
        return [np.zeros(weight.shape) for weight in self.weights]
    def get_config(self):
        return {**super().get_config(), "units": self.units}
""",
        "must be new",
        earns=0.86,  # two of seven properties hold: the shapes, and that it can be made anew
    ),
    lstm(
        "a_layer_that_is_none",
        "an object that says it is a layer",
        """
class LSTMCell:
    def __init__(self, units):
        self.__class__ = type("Layer", (LSTMCell,), {"__class__": keras.layers.Layer})
    def __instancecheck__(self, other):
        return True
""",
        "LSTMCell raised RuntimeError",
    ),
    lstm(
        "a_layer_of_gigabytes",
        "weights of 4 GB",
        """
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.kernel = self.add_weight(shape=(10 ** 4, 10 ** 5), initializer="ones")
""",
    ),
    lstm(
        "a_layer_that_ends_it",
        "to end its process where the layer is called",
        """
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
    def call(self, inputs, states):
        import os
        os._exit(0)
""",
        "",
    ),
    lstm(
        "a_layer_without_shape",
        "tensors without values, and variables that change after they were returned",
        """
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
    def call(self, inputs, states):
        return keras.KerasTensor((2, 3)), [keras.KerasTensor((2, 3))] * 2
""",
    ),
    lstm(
        "a_configuration_that_runs",
        "code in the place of a layer's configuration",
        """
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
    def get_config(self):
        return {"units": self.units, "name": lambda: __import__("os")._exit(0), "class_name": object()}
""",
    ),
    lstm(
        "patches_keras",
        "to change how Keras computes, for all that comes after it",
        """
import tensorflow as tf
keras.config.set_floatx("float16")
keras.layers.Layer.__call__ = lambda self, *_, **__: np.zeros((2, 3))
ops.matmul = ops.sigmoid = ops.tanh = tf.matmul = tf.tanh = np.tanh = lambda *x: x[0] * 0
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__()
""",
    ),
    lstm(
        "endless_graph",
        "an endless loop in TensorFlow's own code",
        """
import tensorflow as tf
tf.function(lambda: tf.while_loop(lambda i: True, lambda i: i + 1, [tf.constant(0)]))()
""",
        "still running after",
    ),
    lstm(
        "says_yes",
        "to say yes of its layer, whatever is asked",
        """
import gc
from course_utils.grading import child, wire
session = next(each for each in gc.get_objects() if isinstance(each, child.Session))
def answer(target, method, *_):
    made = method == "rebuilt" or (method == "__call__" and isinstance(target, str))
    return {"value": wire.Reference("handle", 0) if made else True, "call": "", "printed": ""}
session._does["ask"] = answer
LSTMCell = print
""",
    ),
    Case(
        "draws_what_it_likes",
        "the generator that it is given, set to where it was",
        {
            "5.7": """
import numpy as np

def sample(logits, temperature, rng):
    rng.bit_generator.state = np.random.default_rng(7).bit_generator.state
    return 0
"""
        },
        lab="05",
    ),
    Case(
        "array_of_megabytes",
        "an array of 80 MB where 35 numbers are asked for",
        {
            "5.1": "import numpy as np\n\ndef rnn_states(*_):\n    return np.zeros((10 ** 4, 10 ** 3))",
            "5.2": NORMS,
        },
        "what came back cannot be handed over",
        lab="05",
        costs={"5.2": 3.0},
    ),
    Case(
        "empty_array_of_gigabytes",
        "an array of nothing, a sum over which takes gigabytes",
        {
            "5.1": "import numpy as np\n\ndef rnn_states(*_):\n    return np.zeros((0, 10 ** 10))",
            "5.2": NORMS,
        },
        "",
        lab="05",
        costs={"5.2": 3.0},
    ),
    Case(
        "view_of_its_input",
        "the judge's own array, changed while it is compared",
        {
            "5.1": """
import threading
import numpy as np

def rnn_states(x, kernel, recurrent_kernel, bias):
    def change():
        while True:
            x[...] = 0
            kernel[...] = 0
    threading.Thread(target=change, daemon=True).start()
    return x[:, :1] @ kernel[:1]
""",
            "5.2": NORMS,
        },
        "",
        lab="05",
        costs={"5.2": 3.0},
    ),
    Case(
        "objects_in_an_array",
        "an array of objects that equal every number",
        {
            "5.1": """
import numpy as np

class Yes(float):
    __eq__ = __le__ = __lt__ = __ge__ = lambda *_: True
    __sub__ = __rsub__ = lambda *_: 0.0

def rnn_states(x, kernel, *_):
    return np.full((len(x), kernel.shape[1]), Yes(), object)
""",
            "5.2": NORMS,
        },
        "",
        lab="05",
        costs={"5.2": 3.0},
    ),
    Case(
        "attention_that_compares_nothing",
        "arrays of a class whose comparisons always hold",
        {
            "8.1": """
import numpy as np

class Close(np.ndarray):
    def __array_ufunc__(self, function, method, *inputs, **options):
        return True
    def __array_function__(self, *_):
        return True
    def __array__(self, *_, **__):
        return np.zeros(3)

def look_up(query, keys, values, temperature):
    return np.zeros(3).view(Close), np.zeros(len(keys)).view(Close)
"""
        },
        "",
        lab="08",
    ),
    Case(
        "sparse_and_ragged",
        "tensors of kinds that are no arrays",
        {
            "8.1": """
import tensorflow as tf

def look_up(query, keys, values, temperature):
    return tf.ragged.constant([[1.0], []]), tf.sparse.from_dense([1.0, 0.0])
"""
        },
        "",
        lab="08",
    ),
]
