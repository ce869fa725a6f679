import Dialects
import Providers
import TestSupport
import Testing

@Suite(.enabled(if: OpenSSLTool.isHere, "needs the openssl command"))
struct GoogleServiceAccountTests {
    private func problem(_ json: String) -> String? {
        do throws(HubError) {
            _ = try GoogleServiceAccount(json: json)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func `the account is read, and its description holds no key`() throws {
        let account = try GoogleServiceAccount(json: VertexProviderTests.keyFile(tokenURL: "https://t.example/token"))
        #expect(account.projectID == "its-project")
        #expect("\(account)" == "service account hub@its-project.iam.gserviceaccount.com")
        #expect(String(reflecting: account) == "\(account)")
    }

    @Test(arguments: [
        ("nothing", "is no JSON object of at most 64 KiB"), ("[]", "is no JSON object of at most 64 KiB"),
        (#"{"type":"authorized_user"}"#, "has a type other than service_account"),
        (#"{"type":"service_account"}"#, "has no text in client_email"),
        (#"{"type":"service_account","client_email":"a","private_key":7}"#, "has no text in private_key"),
        (
            #"{"type":"service_account","client_email":"a","private_key":"k"}"#,
            "has a private_key that is no RSA key of 2048 to 8192 bits in PEM's form"
        ),
    ])
    func `what cannot be used is named and not quoted`(json: String, problem: String) {
        #expect(self.problem(json) == "the service account's key \(problem)")
    }

    @Test(arguments: ["http://t.example/token", "ftp://t.example", "token", "https://u:p@t.example/"])
    func `an assertion goes over https only`(url: String) throws {
        #expect(
            try problem(VertexProviderTests.keyFile(tokenURL: url))
                == "the service account's key has a token_uri that is no https URL")
    }
}
