import Dialects
import TestSupport
import Testing

/// A model that requests are written for, and what its provider takes.
struct RenderTarget: Sendable, CustomTestStringConvertible {
    let dialect: WireDialect
    let model: String
    let shape: Shape
    /// What the hub sees to itself, or the model does without being told.
    var covered: Set<String> = []
    let write: @Sendable (ChatRequest, inout TranslationReport) -> [UInt8]

    var testDescription: String { "\(dialect) \(model)" }

    static let all: [RenderTarget] =
        [openAI("gpt-4.1", .openAI), openAI("gpt-35-turbo", .azure), openAI("llama-3", .compatible)]
        + ["claude-3-5-haiku", "claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-5", "claude-fable-5"].map(anthropic)
        + ["gpt-4.1", "gpt-5"].map(responses)
        + ["gemini-2.0-flash", "gemini-2.5-pro", "gemini-3.5-flash"].map(gemini)
        + [
            "us.anthropic.claude-3-7-sonnet-20250219-v1:0", "global.anthropic.claude-opus-5",
            "us.amazon.nova-2-lite-v1:0",
            "openai.gpt-oss-120b-1:0", "us.meta.llama3-3-70b-instruct-v1:0",
        ].map(bedrock)

    private static func openAI(_ model: String, _ target: OpenAITarget) -> RenderTarget {
        let shape = target.acceptsTopK ? WireDialect.openAI.requestShape : WireDialect.openAI.vendorShape
        return RenderTarget(dialect: .openAI, model: model, shape: shape) { request, report in
            OpenAIRequest.render(request, model: model, target: target, report: &report)
        }
    }

    private static func anthropic(_ model: String) -> RenderTarget {
        let target = AnthropicTarget(model: model)
        return RenderTarget(
            dialect: .anthropic, model: model, shape: WireDialect.anthropic.requestShape, covered: ["n 2"]
        ) {
            AnthropicRequest.render($0, model: model, target: target, report: &$1)
        }
    }

    private static func responses(_ model: String) -> RenderTarget {
        RenderTarget(
            dialect: .responses, model: model, shape: WireDialect.responses.requestShape,
            covered: ["reasoning adaptive"]
        ) {
            ResponsesRequest.render($0, model: model, target: ResponsesTarget(model: model), report: &$1)
        }
    }

    private static func bedrock(_ model: String) -> RenderTarget {
        RenderTarget(
            dialect: .bedrock, model: model, shape: WireDialect.bedrock.requestShape,
            // The mark of a whole prompt is one after its last part.
            covered: ["n 2", "cache_control CacheMarker(lifetime: nil)"]
        ) {
            BedrockRequest.render($0, target: BedrockTarget(model: model), report: &$1)
        }
    }

    private static func gemini(_ model: String) -> RenderTarget {
        RenderTarget(
            dialect: .gemini, model: model, shape: WireDialect.gemini.requestShape, covered: ["reasoning adaptive"]
        ) {
            GeminiRequest.render($0, target: GeminiTarget(model: model), report: &$1)
        }
    }
}
