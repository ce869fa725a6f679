internal import Wire

/// Readers of fields whose place in the body is only written out when they are wrong.
extension JSONValue {
    /// Null counts as absent.
    func given(_ name: StaticString) -> JSONValue? {
        guard let value = self[name], !value.isNull else { return nil }
        return value
    }

    func optionalString(_ name: StaticString, at path: @autoclosure () -> String) throws(HubError) -> String? {
        guard let value = given(name) else { return nil }
        guard let text = value.string else { throw .validation("\(path()).\(name)", "must be a string") }
        return text
    }

    func requiredString(_ name: StaticString, at path: @autoclosure () -> String) throws(HubError) -> String {
        guard let text = try optionalString(name, at: path()) else {
            throw .validation("\(path()).\(name)", "is required")
        }
        return text
    }

    func optionalBool(_ name: StaticString, at path: @autoclosure () -> String) throws(HubError) -> Bool? {
        guard let value = given(name) else { return nil }
        guard let bool = value.bool else { throw .validation("\(path()).\(name)", "must be true or false") }
        return bool
    }

    func optionalObject(_ name: StaticString, at path: @autoclosure () -> String) throws(HubError) -> JSONValue? {
        guard let value = given(name) else { return nil }
        guard value.isObject else { throw .validation("\(path()).\(name)", "must be an object") }
        return value
    }

    /// That each of `messages` is an object with a role, which is all that the hub itself relies on.
    func checkRoles() throws(HubError) {
        var index = 0
        for message in elements {
            guard message.isObject else { throw .validation("messages[\(index)]", "must be an object") }
            guard let role = message["role"] else { throw .validation("messages[\(index)].role", "is required") }
            guard role.isString else { throw .validation("messages[\(index)].role", "must be a string") }
            index += 1
        }
    }
}

extension FieldReader {
    func double(_ name: StaticString, in range: ClosedRange<Double>) throws(HubError) -> Double? {
        try number(name, in: range)
        return value(name)?.double
    }

    /// A string or an array of strings; empty if absent.
    func strings(_ name: StaticString, atMost count: Int) throws(HubError) -> [String] {
        guard let value = value(name) else { return [] }
        if let text = value.string { return [text] }
        guard value.isArray, value.count <= count else {
            throw .validation("\(name)", "must be a string or at most \(count) strings")
        }
        var texts: [String] = []
        for element in value.elements {
            guard let text = element.string else { throw .validation("\(name)", "must hold strings only") }
            texts.append(text)
        }
        return texts
    }
}
