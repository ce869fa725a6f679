"""Rates of LiteLLM's table, as USD per million tokens and class."""

import re
from decimal import Decimal

CLASSES = {
    "input": "input_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
    "output": "output_cost_per_token",
    "reasoning": "output_cost_per_reasoning_token",
    "audio_input": "input_cost_per_audio_token",
    "audio_output": "output_cost_per_audio_token",
    "image_input": "input_cost_per_image_token",
    "image_output": "output_cost_per_image_token",
}
TIERED = re.compile(r"_above_(\d+)k_tokens$")
SERVICES = {"batch": "batches", "flex": "flex", "priority": "priority"}


def per_million(value):
    """Exact: the table's own digits, moved. The hub counts in millionths of this."""
    amount = Decimal(repr(value)) * 1_000_000
    if amount < 0 or amount > 1_000_000 or amount != amount.quantize(Decimal("0.000001")):
        raise ValueError(f"no rate: {value}")
    return int(amount) if amount == int(amount) else float(amount)


def classes(row, suffix=""):
    found = {}
    for name, field in CLASSES.items():
        value = row.get(field + suffix)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found[name] = per_million(value)
    return without_defaults(found)


def without_defaults(found):
    """Reasoning costs as output unless it is said otherwise."""
    if "reasoning" in found and found["reasoning"] == found.get("output"):
        del found["reasoning"]
    return found


def tiers(row, suffix=""):
    thresholds = sorted({int(match[1]) for field in row if (match := TIERED.search(field.removesuffix(suffix)))})
    found = []
    for threshold in thresholds:
        # In force as a whole above its size; a class that no tier names keeps its rate.
        if tier := classes(row, f"_above_{threshold}k_tokens{suffix}"):
            found.append({"above_input_tokens": threshold * 1000, **tier})
    return found


def ranges(row):
    """`tiered_pricing`: rates by ranges of the prompt's size, the first from 0."""
    steps = [(int(step["range"][0]), classes(step)) for step in row.get("tiered_pricing", []) if "range" in step]
    if not steps or steps[0][0] != 0:
        return {}
    result = dict(steps[0][1])
    if rest := [{"above_input_tokens": start, **rate} for start, rate in steps[1:] if rate]:
        result["tiers"] = rest
    return result


def of(name, row):
    """The price of a row, or None where it is unknown. All zero in a table means not known: nothing is sold for that,
    unless the model's own name says so."""
    price = ranges(row) or classes(row)
    if "input" not in price or "output" not in price:
        return None
    if price["input"] == 0 == price["output"] and not name.lower().endswith(("free", ":free")):
        return None
    add_cache_writes(name, price)
    if name.startswith(("google/", "vertex/gemini")) and row.get("supports_audio_input"):
        # Google's list names sound only where it costs more than text.
        price.setdefault("audio_input", price["input"])
    if "tiers" not in price and (found := tiers(row)):
        price["tiers"] = found
    for service, suffix in SERVICES.items():
        rate = classes(row, f"_{suffix}")
        if "input" in rate and "output" in rate:
            if found := tiers(row, f"_{suffix}"):
                rate["tiers"] = found
            price[service] = rate
    return price


def add_cache_writes(name, price):
    """Vendors publish what is written to their caches as multiples of the input: rows often leave them out."""
    def multiple(field, factor):
        if field not in price:
            amount = Decimal(str(price["input"])) * Decimal(factor)
            price[field] = int(amount) if amount == int(amount) else float(amount)

    if "claude" in name and "cache_read" in price:
        multiple("cache_write", "1.25")
        # Several rows have another model's number here.
        price.pop("cache_write_1h", None)
        multiple("cache_write_1h", "2")
    elif re.match(r"(openai|azure)/gpt-5\.6", name) and "cache_read" in price:
        multiple("cache_write", "1.25")


def add_batches(models):
    """Rates of the vendors' own batches, as far as the hub uses them: the table knows some, and none of their caches."""
    for name, entry in models.items():
        for price in entry.get("prices", []):
            if batch := batch_rates(name, price):
                price["batch"] = batch


def batch_rates(name, price):
    """None where nothing is to be said, or nothing to be added."""
    if name.startswith("anthropic/"):
        # Half of everything, the cache's classes too: platform.claude.com/docs/en/build-with-claude/batch-processing
        return with_tiers(price, halved)
    if name.startswith("google/gemini-") and "embedding" not in name:
        # What is read from the cache costs as outside: ai.google.dev/gemini-api/docs/pricing
        return with_tiers(price, lambda card: halved(card) | {
            field: card[field] for field in ("cache_read",) if field in card})
    flex, batch = price.get("flex"), price.get("batch")
    if name.startswith("openai/") and (flex or batch):
        # Flex costs what batches do, and says what the cache costs: developers.openai.com/api/docs/guides/flex-processing
        batch = dict(batch or {field: rate for field, rate in flex.items()})
        if "cache_read" in price and "cache_read" not in batch:
            # Without it no discount is known: at most what it costs uncached.
            batch["cache_read"] = (flex or {}).get("cache_read", batch["input"])
        return batch
    if re.match(r"azure/(gpt-|o\d)", name):
        # learn.microsoft.com/azure/foundry/openai/how-to/batch: half of global standard; of the cache it says nothing.
        batch = with_tiers(price, halved)
        for card in [batch, *batch.get("tiers", [])]:
            if "cache_read" in card:
                card["cache_read"] = card.get("input", batch["input"])
        return batch
    return None


def with_tiers(price, change):
    card = change(price)
    if "tiers" in price:
        card["tiers"] = [
            {"above_input_tokens": tier["above_input_tokens"], **change(tier)} for tier in price["tiers"]]
    return card


def halved(card):
    return {field: half(rate) for field, rate in card.items() if field in CLASSES}


def half(rate):
    """In the sixth decimal the hub counts, and rounds to even."""
    amount = (Decimal(str(rate)) / 2).quantize(Decimal("0.000001"))
    return int(amount) if amount == int(amount) else float(amount)
