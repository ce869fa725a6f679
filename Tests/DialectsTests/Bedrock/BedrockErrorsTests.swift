import Dialects
import TestSupport
import Testing
import Wire

struct BedrockErrorsTests {
    private struct Shape: Sendable, CustomTestStringConvertible {
        var type: String
        var status: Int
        var message = "m"
        var code: ErrorCode
        var testDescription: String { "\(type) \(message)" }
    }

    private static let shapes: [Shape] = [
        Shape(type: "ThrottlingException", status: 429, code: .providerRateLimited),
        Shape(type: "ModelNotReadyException", status: 429, code: .providerError),
        Shape(type: "ServiceQuotaExceededException", status: 400, code: .providerBilling),
        Shape(type: "ServiceUnavailableException", status: 503, code: .providerError),
        Shape(type: "ModelErrorException", status: 424, code: .providerError),
        Shape(type: "ModelTimeoutException", status: 408, code: .providerTimeout),
        Shape(type: "InternalServerException", status: 500, code: .providerError),
        Shape(type: "AccessDeniedException", status: 403, code: .providerAuthentication),
        Shape(type: "ExpiredTokenException", status: 403, code: .providerAuthentication),
        Shape(type: "IncompleteSignature", status: 400, code: .providerAuthentication),
        Shape(type: "ResourceNotFoundException", status: 404, code: .modelNotFound),
        Shape(type: "ValidationException", status: 400, code: .providerRejected),
        Shape(
            type: "ValidationException", status: 400, message: "The provided model identifier is invalid.",
            code: .modelNotFound),
        Shape(
            type: "ValidationException", status: 400, message: "Input is too long for requested model.",
            code: .contextLengthExceeded),
        Shape(type: "", status: 413, code: .providerRejected),
        Shape(type: "", status: 529, code: .providerError),
    ]

    @Test(arguments: shapes)
    private func `an error is what Bedrock means by it`(_ shape: Shape) {
        let type = shape.type.isEmpty ? nil : shape.type + ":http://internal.amazon.com/coral/com.amazon.bedrock/"
        let error = BedrockErrors.parse(
            status: shape.status, type: type, body: Array(#"{"Message":"\#(shape.message)"}"#.utf8),
            provider: "bedrock", retryAfter: nil)
        #expect(error.code == shape.code)
        #expect(error.upstream?.code == type.map { _ in shape.type })
    }

    @Test func `a body names the error where the header does not`() {
        let error = BedrockErrors.parse(
            status: 400, type: nil, body: Array(#"{"__type":"com.amazon#ThrottlingException","message":"m"}"#.utf8),
            provider: "bedrock", retryAfter: nil)
        #expect(error.code == .providerRateLimited)
    }

    @Test func `names of accounts are not told`() {
        let body = #"{"message":"no model arn:aws:bedrock:us-east-1:123456789012:imported-model/x here"}"#
        let error = BedrockErrors.parse(
            status: 404, type: "ResourceNotFoundException", body: Array(body.utf8), provider: "bedrock",
            retryAfter: nil)
        #expect(error.message == "bedrock: no model *** here")
    }

    @Test(arguments: [
        (HubError(.validationFailed, "m"), "ValidationException", "validationException"),
        (HubError(.missingCredential, "m"), "UnrecognizedClientException", "validationException"),
        (HubError(.modelNotFound, "m"), "ResourceNotFoundException", "validationException"),
        (HubError(.providerRateLimited, "m"), "ThrottlingException", "throttlingException"),
        (HubError(.providerError, "m"), "ModelErrorException", "modelStreamErrorException"),
        (HubError(.overloaded, "m"), "ServiceUnavailableException", "serviceUnavailableException"),
        (HubError(.internalError, "m"), "InternalServerException", "internalServerException"),
    ])
    func `clients get the names that raise Bedrock's own classes`(
        error: HubError, type: String, exception: String
    ) throws {
        #expect(BedrockErrors.type(of: error) == type)
        var frames: [UInt8] = []
        BedrockStream.append(error, to: &frames)
        var reader = EventStreamReader()
        frames.withUnsafeBytes { reader.feed($0) }
        let frame = try #require(try reader.next())
        #expect(frame[":message-type"] == "exception")
        #expect(frame[":exception-type"] == exception)
        #expect(try parsed(frame.payload.text)["message"]?.string == "m")
    }

    @Test func `what Bedrock itself said keeps its name`() {
        let error = BedrockErrors.parse(
            status: 503, type: "ServiceUnavailableException", body: [], provider: "bedrock", retryAfter: nil)
        #expect(BedrockErrors.type(of: error) == "ServiceUnavailableException")
    }

    @Test(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
    func `every recorded error has a code that fits its status`() throws {
        for interaction in try RecordedInteractions.all(dialect: "bedrock-converse") where interaction.status != 200 {
            let error = BedrockErrors.parse(
                status: interaction.status,
                type: interaction.headers.first { $0.name == "x-amzn-errortype" }?.value, body: interaction.body,
                provider: "bedrock", retryAfter: nil)
            let wanted: [ErrorCode] =
                switch interaction.status {
                case 400: [.providerRejected, .modelNotFound, .contextLengthExceeded]
                case 403: [.providerAuthentication]
                case 429: [.providerRateLimited]
                default: [.providerError]
                }
            #expect(wanted.contains(error.code), "\(interaction.id)")
        }
    }
}
