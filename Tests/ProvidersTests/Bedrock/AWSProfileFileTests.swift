import Crypto
import Providers
import Testing

struct AWSProfileFileTests {
    private static let file = """
        # of this machine
        [default]
        aws_access_key_id = AKIDEFAULT
        aws_secret_access_key=secret/with+signs==

        [ session ]
          AWS_ACCESS_KEY_ID = ASIASESSION
          aws_secret_access_key = s ; no comment
          aws_session_token = token==
        ; another
        [profile work]
        aws_access_key_id = AKIDWORK
        aws_secret_access_key = w
        [half]
        aws_access_key_id = AKIDHALF
        aws_secret_access_key =
        """

    @Test(
        arguments: [
            ("default", AWSCredentials(accessKeyID: "AKIDEFAULT", secretAccessKey: "secret/with+signs==")),
            (
                "session",
                AWSCredentials(accessKeyID: "ASIASESSION", secretAccessKey: "s ; no comment", sessionToken: "token==")
            ),
            ("work", AWSCredentials(accessKeyID: "AKIDWORK", secretAccessKey: "w")), ("half", nil), ("none", nil),
            ("profile work", AWSCredentials(accessKeyID: "AKIDWORK", secretAccessKey: "w")),
        ] as [(String, AWSCredentials?)])
    func `a profile has its key pair or none`(profile: String, credentials: AWSCredentials?) {
        #expect(AWSProfileFile.credentials(in: Self.file, profile: profile) == credentials)
    }

    @Test(arguments: ["", "[", "=", "[default", "[default]\n=x", "[default]\r\naws_access_key_id", "\u{0}[]]="])
    func `what is no such file has no credentials`(text: String) {
        #expect(AWSProfileFile.credentials(in: text, profile: "default") == nil)
    }

    @Test func `lines may end as on Windows`() {
        let text = "[default]\r\naws_access_key_id = a\r\naws_secret_access_key = b\r\n"
        #expect(AWSProfileFile.credentials(in: text, profile: "default")?.secretAccessKey == "b")
    }
}
