internal import Dialects
internal import HTTPClient
internal import HubCore
internal import Wire

/// Calls about a provider's batches, each to a path below one URL.
struct BatchCalls<Form: AnswerForm>: Sendable {
    let caller: HTTPCaller<Form>
    /// Without a slash at its end.
    let root: String
    /// With a key.
    let headers: [(name: String, value: String)]
    /// Of every URL, `name=value`; nil: none.
    var query: String?

    /// An answer that is a JSON object.
    func object(
        _ method: String, _ path: String, body: [UInt8] = [], contentType: String = "application/json",
        deadlines: HTTPDeadlines = HTTPDeadlines(total: .seconds(60))
    ) async throws(HubError) -> JSONValue {
        let endpoint = try endpoint(method, path, contentType: body.isEmpty ? nil : contentType)
        let answer = try await caller.document(
            HTTPClientRequest(
                endpoint: endpoint, body: body, deadlines: deadlines, maximumResponseBytes: BatchCallLimits.answerBytes)
        )
        guard let root = try? JSONDocument.parse(answer).root, root.isObject else {
            throw bad("the answer is no JSON object")
        }
        return root
    }

    /// Hands requests over, which takes the longer the more they are.
    func handOver(
        _ path: String, body: [UInt8], contentType: String = "application/json", within longest: Duration
    ) async throws(HubError) -> JSONValue {
        return try await object(
            "POST", path, body: body, contentType: contentType,
            deadlines: HTTPDeadlines(head: longest, firstByte: longest, total: longest))
    }

    /// Nil where there is nothing.
    func known(_ path: String) async throws(HubError) -> JSONValue? {
        do throws(HubError) {
            return try await object("GET", path)
        } catch {
            if error.upstream?.status == 404 { return nil }
            throw error
        }
    }

    func delete(_ path: String) async { _ = try? await object("DELETE", path) }

    /// Reads an answer in pieces, until one is enough. False: there is nothing.
    func read(_ path: String, _ take: ([UInt8]) async throws(HubError) -> Bool) async throws(HubError) -> Bool {
        let endpoint = try endpoint("GET", path, contentType: nil)
        // As long as what is in it is read and kept.
        let request = HTTPClientRequest(endpoint: endpoint, deadlines: HTTPDeadlines(total: .seconds(6 * 3600)))
        do throws(HubError) {
            try await caller.read(request, take)
            return true
        } catch {
            if error.upstream?.status == 404 { return false }
            throw error
        }
    }

    /// Reads an answer of JSON lines, which must be there. A line that is longer than any answer ends it.
    /// - Parameter take: false: it is enough.
    func lines(_ path: String, _ take: (JSONValue) async throws(HubError) -> Bool) async throws(HubError) {
        var splitter = LineSplitter(maximumBytes: BatchCallLimits.resultBytes)
        var isEnough = false
        let isThere = try await read(path) { piece async throws(HubError) in
            for line in splitter.feed(piece) where !isEnough {
                guard let root = BatchCallLimits.parse(line.bytes) else { continue }
                isEnough = !(try await take(root))
            }
            return !isEnough && !splitter.isTooLong
        }
        // Taken for none, they would be asked and paid for again.
        guard isThere else { throw bad("the results are not there") }
        guard !isEnough, let line = splitter.end().first, let root = BatchCallLimits.parse(line.bytes) else { return }
        _ = try await take(root)
    }

    func id(_ answer: JSONValue) throws(HubError) -> String {
        guard let id = answer["id"]?.string, (1...256).contains(id.utf8.count) else {
            throw bad("the answer has no id")
        }
        return id
    }

    func bad(_ problem: String) -> HubError {
        var error = HubError(.providerBadResponse, "\(caller.providerID): \(problem)")
        error.provider = caller.providerID
        return error
    }

    private func endpoint(_ method: String, _ path: String, contentType: String?) throws(HubError) -> HTTPEndpoint {
        let url = root + path + (query.map { (path.contains("?") ? "&" : "?") + $0 } ?? "")
        do throws(HTTPClientError) {
            return try HTTPEndpoint(
                method: method, url: url, headers: headers + (contentType.map { [("content-type", $0)] } ?? []))
        } catch {
            throw TransportFailure.error(error, provider: caller.providerID)
        }
    }
}

enum BatchCallLimits {
    /// Answers about batches are small; a list of a hundred is the largest.
    static let answerBytes = 4 << 20
    /// One result.
    static let resultBytes = 64 << 20
    /// Of a list, in which a batch is looked for.
    static let pages = 1000

    static func parse(_ bytes: [UInt8]) -> JSONValue? {
        (try? JSONDocument.parse(bytes, maximumDepth: 512))?.root
    }

    static func bytes(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(reserving: min(value.documentBytes, 1 << 20))
        writer.value(value)
        return writer.bytes
    }
}
