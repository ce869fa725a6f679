/// Models that count alike: how their tokenizer differs from the common weights, and what their provider writes around a
/// request. Fitted to providers' own counts, see docs/decisions/0015.
struct TokenizerFamily: Equatable, Sendable {
    /// Thousandths by which a text's weight is multiplied.
    var scale: Int
    /// Tokens around each message.
    var message = 4
    /// Tokens that are there once when a request has tools: the vendor's instructions for them.
    var tools = 0
    /// Tokens around each tool.
    var tool = 8
    /// Thousandths of a tool's JSON text: vendors write it in notations of their own.
    var toolScale = 800

    /// Bytes are all that is known.
    static let unknown = TokenizerFamily(scale: 0)

    /// By the names that vendors give their models; a prefix such as `us.anthropic.` or `openai/` does not matter.
    init(model: String) {
        let name = model.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        self = Self.byMark.first { Self.contains($0.mark, in: name) }?.family ?? .unknown
    }

    /// Bytes: searching in characters would take longer than all else of an estimate.
    private static func contains(_ mark: [UInt8], in name: [UInt8]) -> Bool {
        guard name.count >= mark.count else { return false }
        return (0...name.count - mark.count).contains { start in
            name[start] == mark[0] && mark.indices.allSatisfy { name[start + $0] == mark[$0] }
        }
    }

    private static let byMark: [(mark: [UInt8], family: TokenizerFamily)] = families.flatMap { marks, family in
        marks.map { (Array($0.utf8), family) }
    }

    private init(scale: Int, tools: Int = 0, tool: Int = 8, toolScale: Int = 800) {
        self.scale = scale
        self.tools = tools
        self.tool = tool
        self.toolScale = toolScale
    }

    /// The first with a mark inside the name counts, so the narrower come first.
    private static let families: [(marks: [String], family: TokenizerFamily)] = [
        (
            ["opus-4-7", "opus-4-8", "opus-4.7", "opus-4.8", "opus-5", "sonnet-5", "haiku-5", "fable", "mythos"],
            TokenizerFamily(scale: 1387, tools: 375)
        ),
        (
            [
                "opus-4-5", "opus-4-6", "sonnet-4-5", "sonnet-4-6", "haiku-4", "opus-4.5", "opus-4.6", "sonnet-4.5",
                "sonnet-4.6",
            ],
            TokenizerFamily(scale: 1206, tools: 525)
        ),
        (["claude"], TokenizerFamily(scale: 1206, tools: 330)),
        (["gpt-oss"], TokenizerFamily(scale: 1075, tools: 73, toolScale: 600)),
        (["gpt-5", "gpt-6", "o1", "o3", "o4-"], TokenizerFamily(scale: 1075, tools: 73)),
        (
            ["gpt-", "chatgpt", "text-embedding", "davinci"],
            TokenizerFamily(scale: 1075, tools: 14, tool: 0, toolScale: 600)
        ),
        (["gemini", "gemma"], TokenizerFamily(scale: 1065, tool: 4, toolScale: 600)),
        (["nova-2"], TokenizerFamily(scale: 1024, tools: 908)),
        (["nova"], TokenizerFamily(scale: 1024, tools: 345)),
        (["deepseek"], TokenizerFamily(scale: 1089, tools: 239)),
        (["llama-4", "llama4"], TokenizerFamily(scale: 1108, tools: 659)),
        (["llama"], TokenizerFamily(scale: 1108, tools: 124, tool: 0, toolScale: 1000)),
        (
            ["mistral", "ministral", "magistral", "mixtral", "codestral", "devstral", "voxtral", "pixtral"],
            TokenizerFamily(scale: 1095, tools: 6, toolScale: 1000)
        ),
        (["grok"], TokenizerFamily(scale: 995, tools: 143, toolScale: 1200)),
        (["qwen", "qwq"], TokenizerFamily(scale: 1053, tools: 84, toolScale: 1200)),
        (["glm"], TokenizerFamily(scale: 1053, tools: 82, tool: 30)),
        (["kimi"], TokenizerFamily(scale: 1105, tool: 16, toolScale: 1000)),
    ]
}
