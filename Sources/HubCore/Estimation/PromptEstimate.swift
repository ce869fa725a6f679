/// How many tokens a prompt will be, before a provider says so: contract 12.1. For limits, reservations and routing;
/// never for a bill.
///
/// Pure and additive: each part is added as it is met, whatever form the request has.
public struct PromptEstimate: Sendable {
    private let family: TokenizerFamily
    /// Thousandths of a token, in the family's scale.
    private var text = 0
    private var bytes = 0
    private var messages = 0
    private var tools = 0
    private var imageTokens = 0

    public init(model: String) {
        family = TokenizerFamily(model: model)
    }

    /// A text of a message or an instruction, or the arguments of a call.
    public mutating func add(text part: Span<UInt8>) {
        if family == .unknown {
            bytes += part.count
        } else {
            text += TextWeight.milliTokens(part) * family.scale / 1000
        }
    }

    public mutating func add(text part: String) {
        add(text: part.utf8Span.span)
    }

    public mutating func addMessage() {
        messages += 1
    }

    /// - Parameter json: name, description and parameters, as they came.
    public mutating func add(tool json: Span<UInt8>) {
        tools += 1
        if family == .unknown {
            bytes += json.count
        } else {
            text += TextWeight.milliTokens(json) * family.scale / 1000 * family.toolScale / 1000
        }
    }

    /// An image, at OpenAI's price of one tile, or of four when more detail is asked for.
    public mutating func addImage(isLowDetail: Bool) {
        imageTokens += isLowDetail ? 85 : 765
    }

    /// At least 1.
    public var tokens: Int {
        var sum = text / 1000 + (bytes + 3) / 4 + imageTokens
        if family != .unknown { sum += messages * family.message }
        if tools > 0, family != .unknown { sum += family.tools + tools * family.tool }
        return max(1, sum)
    }
}
