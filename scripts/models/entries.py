"""From LiteLLM's table to the catalogue's entries: which models, under which names, with which facts."""

import re

import quirks
import rates

MODES = {"chat": "chat", "responses": "responses", "completion": "completion", "embedding": "embeddings"}

# Vendors whose servers speak OpenAI's form, by LiteLLM's name of them.
COMPATIBLE = {
    "cerebras": "cerebras", "cohere": "cohere", "cohere_chat": "cohere", "dashscope": "dashscope",
    "deepinfra": "deepinfra", "deepseek": "deepseek", "fireworks_ai": "fireworks", "groq": "groq",
    "minimax": "minimax", "mistral": "mistral", "moonshot": "moonshot", "openrouter": "openrouter",
    "perplexity": "perplexity", "sambanova": "sambanova", "together_ai": "together", "xai": "xai", "zai": "zai",
}

CAPABILITIES = [
    ("vision", "supports_vision"), ("tools", "supports_function_calling"),
    ("parallel_tools", "supports_parallel_function_calling"), ("structured_output", "supports_response_schema"),
    ("reasoning", "supports_reasoning"), ("documents", "supports_pdf_input"), ("audio_input", "supports_audio_input"),
    ("audio_output", "supports_audio_output"), ("video", "supports_video_input"),
    ("caching", "supports_prompt_caching"), ("web_search", "supports_web_search"),
    ("computer_use", "supports_computer_use"),
]


def name_of(key, provider):
    """The catalogue's name `vendor/model` of one of LiteLLM's keys, or None for what the hub does not call."""
    if provider in ("openai", "text-completion-openai"):
        return None if "/" in key else f"openai/{key}"
    if provider == "anthropic":
        return None if "/" in key else f"anthropic/{key}"
    if provider == "gemini":
        return f"google/{key.removeprefix('gemini/')}"
    if provider == "vertex_ai" or provider.startswith("vertex_ai-"):
        return f"vertex/{key.removeprefix('vertex_ai/')}"
    if provider == "azure":
        model = key.removeprefix("azure/")
        # Regions and commitments have deployments of their own; the plain name is the list price.
        return None if "/" in model else f"azure/{model}"
    if provider == "azure_ai":
        return f"azure/{key.removeprefix('azure_ai/')}"
    if provider in ("bedrock", "bedrock_converse"):
        model = key.removeprefix("bedrock/")
        return None if "/" in model or "*" in model else f"bedrock/{model}"
    vendor = COMPATIBLE.get(provider)
    prefix = f"{provider}/"
    if vendor is None or not (key.startswith(prefix) or vendor == "cohere"):
        return None
    return f"{vendor}/{key.removeprefix(prefix)}"


def capabilities(row):
    found = [MODES[row["mode"]]] + [name for name, field in CAPABILITIES if row.get(field)]
    if row["mode"] == "chat" and row.get("supported_endpoints") == ["/v1/responses"]:
        found[0] = "responses"
    return found


def whole(value):
    """A positive count, or None: the table holds words and decimals too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value) or value <= 0:
        return None
    return int(value)


def entry(name, row):
    result = {}
    for field, source in (("context_window", "max_input_tokens"), ("max_output_tokens", "max_output_tokens")):
        if count := whole(row.get(source)):
            result[field] = count
    result["capabilities"] = capabilities(row)
    if found := quirks.of(name, row):
        result["quirks"] = found
    if re.fullmatch(r"20\d\d-\d\d-\d\d", str(row.get("deprecation_date"))):
        result["deprecation_date"] = row["deprecation_date"]
    if price := rates.of(name, row):
        result["prices"] = [price]
    return result


def select(table):
    """By name. Where two keys give one name, the one under the vendor's own prefix decides."""
    chosen = {}
    for key in sorted(table, key=lambda key: ("/" in key, key)):
        row = table[key]
        if row.get("mode") not in MODES:
            continue
        name = name_of(key, row.get("litellm_provider", ""))
        if name is None or is_left_out(name, row) or not re.fullmatch(r"[a-z]+/[A-Za-z0-9._:@/+-]{1,160}", name):
            continue
        chosen[name] = entry(name, row)
    return chosen


def is_left_out(name, row):
    """Withdrawn before 2026, or one of the hundreds of deployments by which Fireworks sells models without tools."""
    if str(row.get("deprecation_date")) < "2026":
        return True
    return name.startswith("fireworks/") and not row.get("supports_function_calling")
