/// What is known about one key; the documentation and `check-config` are made from these.
struct KeyDescription: Sendable {
    /// When a change of the key takes effect.
    enum Reload: Sendable, Equatable {
        /// With the next request after a reload.
        case live
        /// Only when the process starts.
        case restart
    }

    let name: String
    /// What the value must be: "an integer 0..65535".
    let expectation: String
    /// As text; nil where there is no default.
    let defaultText: String?
    let documentation: String
    var isRequired = false
    /// False for keys of features that this version does not have: checked, then ignored.
    var isUsed = true
    var reload = Reload.live
    /// False for keys that only a file can hold: lists of maps.
    var hasEnvironmentName = false
    /// The keys of a map, or of each map of a list.
    let children: [KeyDescription]

    /// `PORT`; the same name with the prefix `LLM_` wins over it.
    var environmentName: String? {
        hasEnvironmentName ? name.uppercased() : nil
    }
}

/// One line of the effective configuration.
struct EffectiveValue: Sendable, Equatable {
    let path: String
    /// Secrets redacted.
    let text: String
}
