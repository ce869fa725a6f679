import HTTPClient
import HubCore
import Providers
import Reactor
import TestSupport
import Wire

/// Recorded lists of models, read by the provider's adapter.
enum ModelListProof {
    static func problems(_ interaction: RecordedInteraction) async throws -> [String] {
        let scripted = try ScriptedProvider(
            answer: ScriptedAnswer(
                status: interaction.status, headers: [("content-type", "application/json")], body: interaction.body))
        let reactors = try ReactorGroup(count: 1)
        let client = HTTPClient(reactors: reactors)
        let provider = try provider(interaction.provider, scripted, client)
        let listed = Set(await provider.listModels().map(\.id))
        let health = await provider.checkHealth().status
        await client.shutDown()
        reactors.stop()
        scripted.stop()
        guard interaction.status == 200 else {
            return listed.isEmpty ? [] : ["lists \(listed.sorted())"]
        }
        guard health == .healthy else { return ["taken for unhealthy"] }
        guard let wanted = names(interaction.body) else {
            return ["the facts of one model, which the hub does not ask for"]
        }
        return listed == wanted ? [] : ["\(listed.count) of \(wanted.count) models"]
    }

    /// The vendors' own kinds, else a server of OpenAI's form.
    private static func provider(
        _ name: String, _ scripted: ScriptedProvider, _ client: HTTPClient
    ) throws -> any LLMProvider {
        switch name {
        case "anthropic":
            try AnthropicProvider(
                AnthropicOptions(providerID: name, baseURL: scripted.rootURL, apiKey: "k"), client: client)
        case "gemini":
            try GoogleProvider(GoogleOptions(providerID: name, baseURL: scripted.rootURL, apiKey: "k"), client: client)
        default:
            try OpenAIFormProvider(
                OpenAIFormOptions(providerID: name, kind: .compatible, baseURL: scripted.baseURL, apiKey: "k"),
                client: client)
        }
    }

    /// Google lists models that only embed or draw, too.
    private static func names(_ body: [UInt8]) -> Set<String>? {
        guard let root = try? JSONDocument.parse(body, maximumDepth: 512).root else { return nil }
        if let list = root["data"] { return Set(list.elements.compactMap { $0["id"]?.string }) }
        guard let list = root["models"] else { return nil }
        let chats = list.elements.filter { model in
            model["supportedGenerationMethods"]?.elements.contains { $0.equals("generateContent") } ?? false
        }
        return Set(chats.compactMap { $0["name"]?.string?.replacing("models/", with: "") })
    }
}
