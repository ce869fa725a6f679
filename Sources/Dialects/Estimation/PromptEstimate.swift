/// How many tokens a prompt will be, before a provider says so: contract 12.1. For limits, reservations and routing;
/// never for a bill.
///
/// Pure and additive: each part is added as it is met, whatever form the request has.
struct PromptEstimate: Sendable {
    private static let image = 765
    private static let smallImage = 85

    private let family: TokenizerFamily
    /// Thousandths of a token, in the family's scale.
    private var text = 0
    private var bytes = 0
    private var messages = 0
    private var tools = 0
    private var mediaTokens = 0

    init(model: String) {
        family = TokenizerFamily(model: model)
    }

    /// A text of a message or an instruction, or the arguments of a call.
    mutating func add(text part: Span<UInt8>) {
        if family == .unknown {
            bytes += part.count
        } else {
            text += TextWeight.milliTokens(part) * family.scale / 1000
        }
    }

    mutating func add(text part: String) {
        add(text: part.utf8Span.span)
    }

    mutating func addMessage() {
        messages += 1
    }

    /// - Parameter json: name, description and parameters, as they came.
    mutating func add(tool json: Span<UInt8>) {
        tools += 1
        if family == .unknown {
            bytes += json.count
        } else {
            text += TextWeight.milliTokens(json) * family.scale / 1000 * family.toolScale / 1000
        }
    }

    /// Pages hold about as many tokens as a picture of them.
    mutating func addDocument(base64Bytes: Int) {
        mediaTokens += max(Self.image, base64Bytes / 64)
    }

    /// An image, at OpenAI's price of one tile, or of four when more detail is asked for.
    mutating func addImage(isLowDetail: Bool) {
        mediaTokens += isLowDetail ? Self.smallImage : Self.image
    }

    /// At least 1.
    var tokens: Int {
        var sum = text / 1000 + (bytes + 3) / 4 + mediaTokens
        if family != .unknown { sum += messages * family.message }
        if tools > 0, family != .unknown { sum += family.tools + tools * family.tool }
        return max(1, sum)
    }
}
