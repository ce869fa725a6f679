internal import Wire

/// Google's JSON of protocol buffers: two spellings of names, single values for lists, words in any case.
extension JSONValue {
    /// A member by either of its names; null counts as absent.
    func proto(_ camel: StaticString, _ snake: StaticString) -> JSONValue? { given(camel) ?? given(snake) }

    /// The items of a repeated field: an array, or one object in its place.
    func items(at path: @autoclosure () -> String) throws(HubError) -> [JSONValue] {
        if isObject { return [self] }
        guard isArray else { throw .validation(path(), "must be an array") }
        return Array(elements)
    }
}

extension FieldReader {
    /// The name under which a field is given, for readers that report it.
    func given(_ camel: StaticString, _ snake: StaticString) -> StaticString { value(camel) == nil ? snake : camel }
}
