import pytest
from pneumonia_model.triage import label_of


@pytest.mark.parametrize(
    ("risk", "label"),
    [
        (0.0, "Normal"),
        (0.5999, "Normal"),
        (0.60, "Unsure"),
        (0.80, "Unsure"),
        (0.8001, "Pneumonia"),
        (1.0, "Pneumonia"),
    ],
)
def test_the_cut_offs(risk: float, label: str) -> None:
    assert label_of(risk) == label


@pytest.mark.parametrize("risk", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_has_no_label(risk: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        label_of(risk)
