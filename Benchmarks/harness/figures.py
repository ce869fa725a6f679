"""From samples to rows of the summary: medians over rounds, ratios within a round."""

from dataclasses import dataclass
from statistics import median


@dataclass
class Row:
    """One line of the summary. `met` is None where there is no target."""

    figure: str
    hub: str
    nginx: str = ""
    compared: str = ""
    target: str = ""
    met: bool | None = None
    note: str = ""


class Samples:
    """Samples of one run, by case and side."""

    def __init__(self, samples):
        self._samples = samples

    def of(self, case, side):
        return [sample for sample in self._samples if sample["case"] == case and sample["side"] == side]

    def values(self, case, side, metric):
        """One value per round; `metric` is a name or a function of a sample."""
        take = metric if callable(metric) else lambda sample: sample[metric]
        return [take(sample) for sample in self.of(case, side)]

    def total(self, case, side, *metrics):
        return sum(sample[metric] for sample in self.of(case, side) for metric in metrics)

    def noise(self, case):
        """Largest share of one core that other programs took during a sample of the case."""
        shares = [
            sample["other_cpu_seconds"] / sample["seconds"]
            for sample in self._samples
            if sample["case"] == case and sample.get("seconds")]
        return max(shares, default=0)


def spread(values, digits=1):
    """`median (lowest to highest)`."""
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def ratios(numerators, denominators):
    """The ratio in each round; rounds whose denominator is not positive say nothing."""
    return [top / bottom for top, bottom in zip(numerators, denominators) if bottom > 0]


def differences(left, right):
    return [one - other for one, other in zip(left, right)]


def noise_note(samples, case):
    share = samples.noise(case)
    return f"others took up to {share:.0%} of a core" if share > 0.1 else ""


def joined(*notes):
    return "; ".join(note for note in notes if note)
