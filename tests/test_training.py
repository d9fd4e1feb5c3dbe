"""Training: the best weights stay whatever happens, and the figures are those of all tokens."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.models import training
from course_utils.models.losses import masked_accuracy, masked_loss
from course_utils.models.training import train

pytestmark = pytest.mark.slow  # loads TensorFlow

V, T = 7, 5


class Copier(keras.Model):
    """Logits for each target from the two inputs: quick to train, and easy to see through."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        self.source, self.target = keras.layers.Embedding(V, V), keras.layers.Embedding(V, V)

    def call(self, inputs, training=False):
        source, target = inputs
        return self.source(source) + self.target(target)


def batches(sizes=(11, 3), seed: int = 0) -> tf.data.Dataset:
    """Copying tasks of unlike sizes, the second half of each sentence padding in every other row."""
    rng = np.random.default_rng(seed)

    def all_batches():
        for size in sizes:
            source = rng.integers(1, V, (size, T)).astype(np.int32)
            mask = np.arange(T) < np.where(np.arange(size) % 2, T, 2)[:, None]
            yield (source * mask, source * mask), source * mask, mask

    ids, real = tf.TensorSpec((None, T), tf.int32), tf.TensorSpec((None, T), tf.bool)
    made = list(all_batches())
    dataset = tf.data.Dataset.from_generator(lambda: iter(made), output_signature=((ids, ids), ids, real))
    return dataset.apply(tf.data.experimental.assert_cardinality(len(made)))


@pytest.fixture
def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    return Copier()


def adam(rate: float = 0.1) -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam(rate)


def validation_loss(model: keras.Model, dataset: tf.data.Dataset) -> float:
    losses = [
        (float(masked_loss(model(inputs), targets, mask)), int(mask.numpy().sum()))
        for inputs, targets, mask in dataset
    ]
    return np.average(*np.array(losses).T[:1], weights=np.array(losses).T[1])


def losses_become(monkeypatch, *losses: float) -> None:
    """Validation says these, one an epoch."""
    said = iter(losses)
    monkeypatch.setattr(training._Steps, "validation", lambda *_: (next(said), 0.5))


def test_training_learns_and_reports_the_loss_over_all_tokens(model):
    data = batches()
    history = train(model, data, data, optimizer=adam(), epochs=30, verbose=False)
    assert len(history) == 30
    assert history[-1].validation_loss < 0.2 < history[0].loss
    assert history[-1].validation_loss == pytest.approx(validation_loss(model, data), abs=1e-5)
    hits = [
        (masked_accuracy(model(inputs), targets, mask), mask.numpy().sum()) for inputs, targets, mask in data
    ]
    accuracy = np.average([float(hit) for hit, _ in hits], weights=[tokens for _, tokens in hits])
    assert history[-1].validation_accuracy == pytest.approx(accuracy, abs=1e-5)
    assert history[0].tokens_per_second * history[0].seconds == pytest.approx(
        sum(mask.numpy().sum() for _, _, mask in data)
    )


def test_the_best_epoch_is_kept_and_patience_ends_the_training(model, monkeypatch):
    losses_become(monkeypatch, 3.0, 1.0, 2.0, 1.5, 0.5)
    weights = []
    offer = training._Best.offer

    def noticed(self, epoch, number):
        weights.append(model.get_weights())
        offer(self, epoch, number)

    monkeypatch.setattr(training._Best, "offer", noticed)
    history = train(model, batches(), batches(), optimizer=adam(), epochs=9, patience=2, verbose=False)
    assert [epoch.validation_loss for epoch in history] == [3.0, 1.0, 2.0, 1.5]
    assert all(np.array_equal(*pair) for pair in zip(model.get_weights(), weights[1], strict=True))
    assert not np.array_equal(weights[1][0], weights[3][0])


def weights_seen(monkeypatch, model) -> list[np.ndarray]:
    """The first weights at every validation."""
    seen: list[np.ndarray] = []
    validation = training._Steps.validation

    def noticed(self, batches):
        seen.append(model.get_weights()[0])
        return validation(self, batches)

    monkeypatch.setattr(training._Steps, "validation", noticed)
    return seen


def test_the_average_of_the_last_epochs_is_validated_and_kept(model, monkeypatch):
    plain = Copier()
    plain([np.zeros((1, T), np.int32)] * 2)
    model([np.zeros((1, T), np.int32)] * 2)
    plain.set_weights(model.get_weights())
    data = batches()
    seen = weights_seen(monkeypatch, plain)
    train(plain, data, data, optimizer=adam(), epochs=4, patience=9, verbose=False)
    averaged = weights_seen(monkeypatch, model)
    history = train(model, data, data, optimizer=adam(), epochs=4, patience=9, average=3, verbose=False)
    for number, found in enumerate(averaged):
        last = seen[max(0, number - 2) : number + 1]
        assert np.allclose(found, np.mean(last, axis=0), atol=1e-5), number
    assert np.array_equal(model.get_weights()[0], averaged[-1])
    assert history[-1].validation_loss == pytest.approx(validation_loss(model, data), abs=1e-5)


def test_xla_trains_to_the_same_weights(model):
    twin, data = Copier(), batches()
    for each in (model, twin):
        each([np.zeros((1, T), np.int32)] * 2)
    twin.set_weights(model.get_weights())
    ours = train(model, data, data, optimizer=adam(), epochs=3, jit_compile=True, verbose=False)
    theirs = train(twin, data, data, optimizer=adam(), epochs=3, verbose=False)
    assert [each.loss for each in ours] == pytest.approx([each.loss for each in theirs], abs=1e-5)
    assert np.allclose(model.get_weights()[0], twin.get_weights()[0], atol=1e-4)


class InterruptedAt:
    """Batches that are interrupted in their n-th epoch, after the first batch."""

    def __init__(self, dataset: tf.data.Dataset, epoch: int) -> None:
        self.dataset, self.left = dataset, epoch

    def __len__(self) -> int:
        return len(self.dataset)

    def __iter__(self):
        self.left -= 1
        for batch in self.dataset:
            yield batch
            if not self.left:
                raise KeyboardInterrupt


def test_an_interrupted_training_keeps_its_best_weights(model, monkeypatch, capsys):
    losses_become(monkeypatch, 0.7, 0.9)
    best = {}
    offer = training._Best.offer
    monkeypatch.setattr(
        training._Best,
        "offer",
        lambda self, epoch, number: (
            best.setdefault(number, model.get_weights()),
            offer(self, epoch, number),
        ),
    )
    history = train(model, InterruptedAt(batches(), 3), batches(), optimizer=adam(), epochs=9)
    assert len(history) == 2
    assert np.array_equal(model.get_weights()[0], best[1][0])
    assert (
        "Interrupted. The model has the weights of epoch 1, validation loss 0.700." in capsys.readouterr().out
    )


def test_interrupted_in_the_first_epoch_the_weights_stay_as_they_are(model, capsys):
    assert train(model, InterruptedAt(batches(), 1), batches(), optimizer=adam(), epochs=2) == []
    assert "No epoch was over: the model keeps the weights that it has." in capsys.readouterr().out


def test_the_checkpoint_holds_the_best_model_and_nothing_is_left_beside_it(model, monkeypatch, tmp_path):
    losses_become(monkeypatch, 1.0, 2.0)
    saved = []
    save = training._save
    monkeypatch.setattr(
        training, "_save", lambda model, path: (saved.append(model.get_weights()), save(model, path))
    )
    path = tmp_path / "best.keras"
    train(model, batches(), batches(), optimizer=adam(), epochs=2, checkpoint=path, verbose=False)
    assert [each.name for each in tmp_path.iterdir()] == ["best.keras"]
    loaded = keras.saving.load_model(path, custom_objects={"Copier": Copier})
    assert len(saved) == 1
    assert np.array_equal(loaded.get_weights()[0], saved[0][0])
    assert np.array_equal(loaded.get_weights()[0], model.get_weights()[0])


def test_being_killed_while_saving_leaves_the_last_checkpoint(model, tmp_path, monkeypatch):
    path = tmp_path / "best.keras"
    path.write_text("the one before")

    def killed(self, path):
        path.write_text("half")
        raise OSError("no space left")

    monkeypatch.setattr(Copier, "save", killed)
    with pytest.raises(OSError, match="no space left"):
        train(model, batches(), batches(), optimizer=adam(), epochs=1, checkpoint=path, verbose=False)
    assert path.read_text() == "the one before"


class PoisonedIn:
    """Batches in whose n-th epoch the model's weights are no numbers any more."""

    def __init__(self, dataset: tf.data.Dataset, epoch: int, model: keras.Model) -> None:
        self.dataset, self.left, self.model = dataset, epoch, model

    def __len__(self) -> int:
        return len(self.dataset)

    def __iter__(self):
        self.left -= 1
        if not self.left:
            self.model.set_weights([each * np.nan for each in self.model.get_weights()])
        yield from self.dataset


def test_a_loss_that_is_no_number_ends_the_training_with_the_best_weights(model, tmp_path):
    path, data = tmp_path / "best.keras", PoisonedIn(batches(), 2, model)
    with pytest.raises(FloatingPointError, match="a finite loss, received nan: try a smaller learning rate"):
        train(model, data, batches(), optimizer=adam(), epochs=3, checkpoint=path, verbose=False)
    best = keras.saving.load_model(path, custom_objects={"Copier": Copier})
    assert np.isfinite(model.get_weights()[0]).all()
    assert np.array_equal(model.get_weights()[0], best.get_weights()[0])


def test_progress_shows_loss_speed_and_validation(model, capsys):
    train(model, batches(), batches(), optimizer=adam(), epochs=2)
    shown = capsys.readouterr().out
    for part in ("epoch 1/2", "epoch 2/2", "2/2", "loss:", "tokens/s:", "validation: loss", "accuracy"):
        assert part in shown, part


def test_silence_is_silent(model, capsys):
    train(model, batches(), batches(), optimizer=adam(), epochs=1, verbose=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs and patience of at least 1, received 0 and 3"),
        ({"epochs": 1, "patience": 0}, "epochs and patience of at least 1, received 1 and 0"),
        ({"epochs": 1, "average": 0}, "an average of at least 1 epoch, received 0"),
        ({"epochs": 1, "checkpoint": "best.h5"}, "a checkpoint that ends in .keras, received 'best.h5'"),
    ],
)
def test_bad_settings_are_named_before_anything_runs(model, settings, message):
    with pytest.raises(ValueError, match=message):
        train(model, None, None, optimizer=adam(), **settings)
