"""What a model accepts and what it refuses, as data: the adapters read it and hold no list of names.

    limit       the field of the output limit: max_completion_tokens; absent: max_tokens
    refuses     fields of the request that the model answers with an error
    turns       alternating: user and assistant must take turns
    thinking    adaptive: no budget of reasoning tokens can be set
    prefill     false: the last message may not be the assistant's
    efforts     the reasoning efforts it takes beside low, medium and high
    default_effort  the effort where the request names none; absent: not known, or no reasoning
    cache_minimum   tokens below which nothing is cached
    system_role false: no system message
    form        chat or responses: the only one of OpenAI's forms in which it answers
    inputs_per_call texts that one call for embeddings may hold
    embeds      singly: by Vertex's embedContent, one text at a time
    extra_content   true: takes it in OpenAI's form, with thought signatures
"""

import re

SAMPLING = ["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias"]
OPENAI_REASONING = re.compile(r"(openai|azure)/(o[134]|gpt-5|gpt-6|codex)")
# They think no tokens, and take what the others took.
OPENAI_CHAT = re.compile(r"(openai|azure)/gpt-5[.\d]*-chat")
NO_STOP = re.compile(r"(openai|azure)/(o3|o4|gpt-5|gpt-6)")
# By the table's mode and endpoints, which name Responses for no model of these names.
CHAT_ONLY = re.compile(r"(openai|azure)/.*(audio|search-preview)")
# By OpenAI's pages on these models, and by temperature being taken where nothing is said; gpt-5.5 refuses it.
THINKS_ON_DEMAND = re.compile(r"(openai|azure)/gpt-5\.[124](-mini|-nano)?(-\d{4}-\d\d-\d\d)?$")
EFFORTS = ["none", "minimal", "xhigh", "max"]


def of(name, row):
    found = {}
    if row["mode"] == "embedding":
        # Google's pages on text embeddings: the first takes one text, the second is not served by predict.
        if name.startswith("vertex/gemini-embedding-0"):
            found["inputs_per_call"] = 1
        elif name.startswith("vertex/gemini-embedding-"):
            found["embeds"] = "singly"
        return found
    if name.startswith(("google/gemini-", "vertex/gemini-")):
        found["extra_content"] = True
    if OPENAI_REASONING.match(name):
        found["limit"] = "max_completion_tokens"
    refused = []
    if OPENAI_REASONING.match(name) and not OPENAI_CHAT.match(name):
        refused += SAMPLING + (["stop"] if NO_STOP.match(name) else [])
    elif row.get("supports_sampling_params") is False:
        refused += ["temperature", "top_p", "top_k"]
    if row.get("supports_tool_choice") is False and row.get("supports_function_calling"):
        refused.append("tool_choice")
    if refused:
        found["refuses"] = refused
    if name.startswith(("bedrock/", "perplexity/")):
        found["turns"] = "alternating"
    if row.get("supports_adaptive_thinking") and row.get("supports_sampling_params") is False:
        found["thinking"] = "adaptive"
    if row.get("supports_assistant_prefill") is False and "claude" in name:
        found["prefill"] = False
    if row["mode"] == "responses":
        found["form"] = "responses"
    elif CHAT_ONLY.match(name):
        found["form"] = "chat"
    if efforts := [effort for effort in EFFORTS if row.get(f"supports_{effort}_reasoning_effort")]:
        found["efforts"] = efforts
    if THINKS_ON_DEMAND.match(name):
        found["default_effort"] = "none"
    if isinstance(row.get("prompt_cache_min_tokens"), int):
        found["cache_minimum"] = row["prompt_cache_min_tokens"]
    if row.get("supports_system_messages") is False and row["mode"] == "chat":
        found["system_role"] = False
    return found
