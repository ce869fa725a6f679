"""Compares LiteLLM's rates with genai-prices', takes the dates that only the second has, and says what differs."""

import collections
import re

LITELLM_DATE = "2026-08-01"
GENAI_DATE = "2026-08-21"

VENDORS = {
    "openai": "openai", "anthropic": "anthropic", "google": "google", "vertex": "google", "azure": "azure",
    "bedrock": "aws", "cerebras": "cerebras", "cohere": "cohere", "deepseek": "deepseek", "fireworks": "fireworks",
    "groq": "groq", "minimax": "minimax", "mistral": "mistral", "moonshot": "moonshotai", "openrouter": "openrouter",
    "perplexity": "perplexity", "together": "together", "xai": "x-ai",
}
CLASSES = {
    "input": "input_mtok", "cache_read": "cache_read_mtok", "cache_write": "cache_write_mtok", "output": "output_mtok",
    "audio_input": "input_audio_mtok", "audio_output": "output_audio_mtok",
}

CUT = ("dated", "2026-07-30", "cut on 2026-07-30; the second table still has the rates before")
TENTH = ("genai", None, "genai-prices: reads of Gemini's cache cost a tenth of the input")
# Where the rule is not enough. `dated`: LiteLLM's rates hold from that day, the other table's before it. `genai`: the
# other table's hold.
DECISIONS = {
    "openai/gpt-5.6-luna": CUT,
    "openai/gpt-5.6-terra": CUT,
    "google/gemini-1.5-flash": ("genai", None, "genai-prices: an output for nothing beside a priced input is a gap"),
    "google/gemini-2.5-flash-preview-09-2025": TENTH,
    "google/gemini-2.5-flash-lite-preview-06-17": TENTH,
    "vertex/gemini-2.5-flash-preview-09-2025": TENTH,
    "vertex/gemini-2.5-flash-lite-preview-06-17": TENTH,
    "bedrock/eu.anthropic.claude-opus-4-5-20251101-v1:0": (
        "genai", None, "genai-prices: a region's profile of Claude 4.5 and later costs 1.1 times the global one"),
    "bedrock/eu.anthropic.claude-3-5-haiku-20241022-v1:0": (
        "genai", None, "genai-prices: LiteLLM's row has the rates of Claude 3 Haiku"),
}


def matches(rule, text):
    (kind, argument), = rule.items()
    if kind == "or":
        return any(matches(part, text) for part in argument)
    if kind == "and":
        return all(matches(part, text) for part in argument)
    text = text.lower()
    return {
        "equals": lambda: text == argument.lower(), "starts_with": lambda: text.startswith(argument.lower()),
        "ends_with": lambda: text.endswith(argument.lower()), "contains": lambda: argument.lower() in text,
        "regex": lambda: re.search(argument, text) is not None,
    }[kind]()


def price(raw):
    """One of genai-prices' prices in the catalogue's form."""
    result, tiers = {}, collections.defaultdict(dict)
    for name, field in CLASSES.items():
        rate = raw.get(field)
        if isinstance(rate, dict):
            for tier in rate["tiers"]:
                tiers[tier["start"]][name] = tier["price"]
            rate = rate["base"]
        if rate is not None:
            result[name] = rate
    if tiers:
        result["tiers"] = [{"above_input_tokens": start, **tiers[start]} for start in sorted(tiers)]
    return result


def periods(prices):
    """Its prices by their first day, oldest first. None where they depend on the time of day."""
    rows = [{"prices": prices}] if isinstance(prices, dict) else prices
    found = []
    for row in rows:
        constraint = row.get("constraint", {})
        if set(constraint) - {"start_date"}:
            return None
        found.append((constraint.get("start_date", ""), price(row["prices"])))
    return sorted(found, key=lambda period: period[0])


def differences(ours, theirs):
    """The classes both know and price differently, tiers included."""
    found = [name for name in CLASSES if name in ours and name in theirs and ours[name] != theirs[name]]
    if "input" not in theirs or "output" not in theirs:
        return found
    if "tiers" in ours and "tiers" in theirs:
        theirs_by_size = {tier["above_input_tokens"]: tier for tier in theirs["tiers"]}
        for tier in ours["tiers"]:
            other = theirs_by_size.get(tier["above_input_tokens"], {})
            found += [f"{name} above {tier['above_input_tokens']}" for name in CLASSES
                      if name in tier and name in other and tier[name] != other[name]]
    elif ("tiers" in ours) != ("tiers" in theirs):
        found.append("tiers")
    return found


class Findings:
    def __init__(self):
        self.agreed, self.alone, self.conflicts, self.dated, self.unpriced, self.timed = 0, 0, [], [], [], []

    def summary(self):
        return (f"{self.agreed} priced alike by both, {self.alone} by LiteLLM alone, {len(self.conflicts)} differ, "
                f"{len(self.dated)} with dated rates, {len(self.unpriced)} unpriced")


def counterpart(name, provider):
    vendor, model = name.split("/", 1)
    # A region's profile costs what the second table calls regional; only the exact prefix names another.
    for entry in provider["models"]:
        if vendor == "bedrock" and entry["id"].startswith("regional.") and not is_regional(model):
            continue
        if matches(entry["match"], model):
            return entry
    return None


def is_regional(model):
    return re.match(r"(us|eu|apac|jp|au|ca|us-gov)\.", model) is not None


def merge(models, genai):
    providers = {provider["id"]: provider for provider in genai}
    findings = Findings()
    for name in sorted(models):
        entry = models[name]
        if "prices" not in entry:
            findings.unpriced.append(name)
            continue
        provider = providers.get(VENDORS.get(name.split("/", 1)[0]))
        other = counterpart(name, provider) if provider else None
        entry["source"] = "litellm"
        if other is None:
            findings.alone += 1
            continue
        found = periods(other["prices"])
        if found is None:
            findings.timed.append(name)
            findings.alone += 1
            continue
        settle(name, entry, found, findings)
    follow(models, findings)
    return models, findings


def follow(models, findings):
    """Claude costs elsewhere what it costs at Anthropic: a price that equals one there has its dates too."""
    for name in sorted(models):
        match = re.fullmatch(r"(?:vertex|azure|bedrock)/(?:anthropic\.)?(claude-[a-z]+-[\d-]*\d)(?:@.*)?", name)
        own = models.get(f"anthropic/{match[1]}") if match else None
        if own is None or len(own["prices"]) < 2 or len(models[name].get("prices", [])) != 1:
            continue
        ours = models[name]["prices"][0]
        if ours in [{key: rate for key, rate in row.items() if key != "from"} for row in own["prices"]]:
            models[name]["prices"] = own["prices"]
            findings.dated.append(name)


def settle(name, entry, found, findings):
    ours = entry["prices"][0]
    then = [period for period in found if period[0] <= LITELLM_DATE][-1]
    differing = differences(ours, then[1])
    if not differing:
        findings.agreed += 1
        entry["source"] = "both"
        entry["prices"] = dated(ours, found, then)
        if len(entry["prices"]) > 1:
            findings.dated.append(name)
        return
    decision = DECISIONS.get(name)
    if decision and decision[0] == "dated":
        entry["source"] = "both"
        entry["prices"] = [then[1], {"from": decision[1], **ours}]
        findings.dated.append(name)
        reason = decision[2]
    elif decision:
        entry["source"] = "genai-prices"
        entry["prices"] = [{**ours, **then[1]}]
        if "cache_write_1h" in ours:
            entry["prices"][0]["cache_write_1h"] = round(2 * then[1]["input"], 6)
        reason = decision[2]
    else:
        reason = "LiteLLM's row is for this very name, the other's for all that its pattern fits"
    findings.conflicts.append((name, differing, ours, then[1], reason))


def dated(ours, found, then):
    """LiteLLM's rates in their period, the second table's in the others."""
    rows = []
    for start, rate in found:
        row = dict(ours) if (start, rate) == then else dict(rate)
        rows.append({"from": start, **row} if start else row)
        scale_missing(rows[-1], ours)
    return rows


def scale_missing(row, ours):
    """The one-hour cache write, which the second table does not know, is twice the input where ours is."""
    if "cache_write_1h" in ours and "cache_write_1h" not in row and ours["cache_write_1h"] == 2 * ours["input"]:
        row["cache_write_1h"] = round(2 * row["input"], 6)


def show(price, names):
    parts = []
    for name in names:
        base = name.split(" above ")
        value = price.get(base[0]) if len(base) == 1 else next(
            (tier.get(base[0]) for tier in price.get("tiers", []) if str(tier["above_input_tokens"]) == base[1]), None)
        parts.append("yes" if name == "tiers" and value else "no" if name == "tiers" else str(value))
    return ", ".join(parts)


def report(models, findings):
    vendors = collections.Counter(name.split("/", 1)[0] for name in models)
    lines = [
        "# Where the prices of the model catalogue come from",
        "",
        "Written by `python3 scripts/models TABLES`, which builds `config/models.json` from LiteLLM's table",
        f"({LITELLM_DATE}) and, to check it, genai-prices ({GENAI_DATE}). Both are under the MIT licence: Copyright (c)",
        "2023 Berri AI; Copyright (c) Pydantic Services Inc. 2025 to present. Rates are USD per million tokens.",
        "",
        f"{len(models)} models: " + ", ".join(f"{vendor} {count}" for vendor, count in sorted(vendors.items())) + ".",
        f"{findings.summary()}.",
        "",
        "Rules: LiteLLM's rates hold, because its rows are for exact names and name all classes. Dates come from the",
        "second table, where both agree on the rates of the day LiteLLM's was made; Claude at other vendors follows",
        "Anthropic's dates where it costs the same. A price of nothing but zeros counts as unknown. Prices that depend on",
        "the time of day are taken from LiteLLM without it. Writing Claude's cache for an hour costs twice the input:",
        "rows that say otherwise hold a copied number. Left out: models withdrawn before 2026, those that are not for",
        "chat, text or embeddings, and prices of single regions and commitments. Rates of batches, which the table has of",
        "some: half of each class at Anthropic, at Google but for reads of its cache, and at Azure for OpenAI's models; those",
        "of flex at OpenAI, else LiteLLM's, where reads of the cache cost at most the input.",
        "",
        "## Dated rates",
        "",
        *[f"- {name}: " + ", ".join(price.get("from", "before") for price in models[name]["prices"])
          for name in sorted(findings.dated)],
        "",
        "## Where the tables differ",
        "",
        "| model | class | LiteLLM | genai-prices | what holds |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, differing, ours, theirs, reason in findings.conflicts:
        holds = reason if name in DECISIONS else "LiteLLM"
        lines.append(f"| {name} | {', '.join(differing)} | {show(ours, differing)} | {show(theirs, differing)} | {holds} |")
    lines += ["", "## Unpriced", "", ", ".join(findings.unpriced) + "."]
    if findings.timed:
        lines += ["", "## Priced by the time of day", "", ", ".join(findings.timed) + "."]
    return "\n".join(lines) + "\n"
