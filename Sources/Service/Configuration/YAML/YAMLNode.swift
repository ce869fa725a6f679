/// A YAML value with the place it was written. Values from the environment and the command line have the same shape.
struct YAMLNode: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    var content: Content
    let origin: ConfigurationOrigin
}

/// One key and its value, in the order written.
struct YAMLEntry: Sendable, Equatable {
    let key: String
    let keyOrigin: ConfigurationOrigin
    var value: YAMLNode
}

struct YAMLScalar: Sendable, Equatable {
    enum Style: Sendable, Equatable {
        /// The text decides the type: `8080` is an integer, `true` a boolean.
        case plain
        /// Written in quotes or as a block: a string, whatever the text looks like.
        case quoted
        /// From a variable or an option, which have no types: the reader decides.
        case untyped
    }

    var text: String
    var style: Style
    /// The text before variables were replaced; shown in messages, so that no variable's value is.
    var template: String?
}

extension YAMLNode {
    /// A value that arrived as bare text.
    static func untyped(_ text: String, origin: ConfigurationOrigin) -> YAMLNode {
        YAMLNode(content: .scalar(YAMLScalar(text: text, style: .untyped)), origin: origin)
    }
}
