import Providers
import Testing

@testable import Service

struct BedrockConfigurationTests {
    private static let entry = "providers: [{provider_id: bedrock}]"

    private func bedrock(_ fixture: ConfigurationFixture) throws -> ConfiguredProvider {
        try #require(try fixture.load().providers.first { $0.kind == .bedrock })
    }

    private struct Place: Sendable, CustomTestStringConvertible {
        var name: String
        var text = entry
        var environment: [String: String] = [:]
        var source: AWSCredentialSource?
        var readiness = ProviderReadiness.ready
        var testDescription: String { name }
    }

    private static let container = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

    private static let places: [Place] = [
        Place(
            name: "environment", environment: ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"],
            source: .keys(id: "a", secret: "b", sessionToken: nil)),
        Place(
            name: "entry before environment",
            text:
                "providers: [{provider_id: bedrock, config: {access_key_id: c, secret_access_key: d, session_token: e}}]",
            environment: [
                "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_BEARER_TOKEN_BEDROCK": "k",
            ], source: .keys(id: "c", secret: "d", sessionToken: "e")),
        Place(
            name: "API key before key pair",
            environment: [
                "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_BEARER_TOKEN_BEDROCK": "k",
            ], source: nil),
        Place(
            name: "container", environment: [container: "/v2/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t"],
            source: AWSContainerEndpoint(relativePath: "/v2/x", token: "t").map { .container($0) }),
        Place(name: "machine", source: .instance),
        Place(
            name: "no machine", environment: ["AWS_EC2_METADATA_DISABLED": "true"],
            readiness: .notReady(reason: "AWS_BEARER_TOKEN_BEDROCK and AWS_ACCESS_KEY_ID are not set")),
        Place(
            name: "no entry", text: "{}",
            readiness: .notReady(reason: "AWS_BEARER_TOKEN_BEDROCK and AWS_ACCESS_KEY_ID are not set")),
        Place(
            name: "container elsewhere",
            environment: [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/x", "AWS_EC2_METADATA_DISABLED": "true",
            ],
            readiness: .notReady(
                reason: "AWS_CONTAINER_CREDENTIALS_* is no https URL and none of this machine")),
    ]

    @Test(arguments: places)
    private func `credentials come from the first place that has them`(_ place: Place) throws {
        let provider = try bedrock(.file(place.text, environment: place.environment))
        #expect(provider.connection.awsCredentials == place.source)
        #expect(provider.readiness == place.readiness)
    }

    @Test func `the region is the entry's, the environment's, or us-east-1`() throws {
        #expect(try bedrock(.file(Self.entry)).connection.region == "us-east-1")
        let text = "providers: [{provider_id: eu, kind: bedrock, config: {region: eu-west-1}}]"
        let entries = try ConfigurationFixture.file(text, environment: ["AWS_REGION": "ap-south-1"]).load().providers
        #expect(entries.first { $0.id == "eu" }?.connection.region == "eu-west-1")
        #expect(entries.first { $0.id == "bedrock" }?.connection.region == "ap-south-1")
    }

    @Test func `half a key pair is a mistake`() {
        let fixture = ConfigurationFixture.file(
            "providers: [{provider_id: bedrock, config: {access_key_id: c}}]")
        #expect(throws: (any Error).self) { try fixture.load() }
    }
}
