public import Crypto

/// The files of AWS's command line, `~/.aws/credentials` and `~/.aws/config`: sections of `name = value` lines.
public enum AWSProfileFile {
    /// The key pair of a profile. Nil where it has none, or only half of one.
    ///
    /// - Parameter profile: `default`, or what `AWS_PROFILE` says. In `config` its section is `[profile NAME]`.
    public static func credentials(in text: String, profile: String) -> AWSCredentials? {
        let values = section(profile, in: text)
        guard let id = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else { return nil }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: values["aws_session_token"])
    }

    /// Of several values for a name the last counts, as of several sections with one name.
    private static func section(_ profile: String, in text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                let name = trimmed(line.dropFirst().prefix { $0 != "]" })
                isInside = name == profile || (name.hasPrefix("profile ") && trimmed(name.dropFirst(8)) == profile)
            } else if isInside, let equals = line.firstIndex(of: "=") {
                let value = String(trimmed(line[line.index(after: equals)...]))
                if !value.isEmpty { values[trimmed(line[..<equals]).lowercased()] = value }
            }
        }
        return values
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}
