internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Store
internal import Wire

/// /v1/batches: contract 2.11.
enum BatchesEndpoint {
    static func create(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            if call.service.isDraining { throw HubError(.notReady, "the hub is shutting down") }
            let batch = try read(call, tenant)
            let files = call.service.storage.files
            guard let input = try await files.file(batch.inputFileID, tenant: tenant), input.purpose == .batch else {
                throw HubError(
                    .notFound, "there is no file \(batch.inputFileID.prefix(64)) of purpose batch, or not any more",
                    parameter: "input_file_id")
            }
            try await files.checkRoom(for: 0, tenant: tenant)
            // Until the batch is over it is read.
            try await files.keep(input.id, tenant: tenant, until: batch.expiresAt + Batch.windowSeconds)
            try await call.service.storage.batches.create(batch)
            call.service.hub.metrics.batches.count(.validating)
            return batch.body
        }
    }

    static func list(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            let page = try ListPage(QueryParameters(call.request.head.query), standard: 20, most: 100)
            let batches = try await call.service.storage.batches.list(
                tenant: tenant, after: page.after, limit: page.limit + 1)
            return page.render(batches, id: \.id) { $0.write(to: &$1) }
        }
    }

    static func one(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            let id = call.parameters["id"] ?? ""
            guard let batch = try await call.service.storage.batches.batch(id, tenant: tenant) else {
                throw Batch.missing(id)
            }
            return batch.body
        }
    }

    static func cancel(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            let id = call.parameters["id"] ?? ""
            let now = call.service.seconds
            let files = (output: call.identifier("file-"), error: call.identifier("file-"))
            let batch = try await call.service.storage.batches.update(id, tenant: tenant) { batch in
                batch.apply(.cancelled, at: now) { files }
            }
            guard let batch else { throw Batch.missing(id) }
            guard batch.status == .cancelling || batch.status == .cancelled else {
                throw HubError(
                    .invalidRequest, "a batch with status \(batch.status.rawValue) cannot be cancelled",
                    parameter: "batch_id")
            }
            return batch.body
        }
    }

    // MARK: The request

    private static func read(_ call: EndpointCall, _ tenant: String) throws(HubError) -> Batch {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(call.request.body).root
        } catch {
            throw HubError(.invalidJSON, "the body is not valid JSON: \(error.message)")
        }
        guard body.isObject else { throw HubError(.invalidRequest, "the body must be an object") }
        guard let file = body["input_file_id"]?.string else { throw .validation("input_file_id", "must be a string") }
        guard let endpoint = body["endpoint"]?.string.flatMap(BatchEndpoint.init) else {
            let known = BatchEndpoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw .validation("endpoint", "must be one of \(known)")
        }
        guard body["completion_window"]?.equals("24h") == true else {
            throw .validation("completion_window", "must be 24h")
        }
        var batch = Batch(
            id: call.identifier("batch_"), tenant: tenant, endpoint: endpoint, inputFileID: file,
            creator: try creator(call), createdAt: call.service.seconds)
        if let metadata = body["metadata"], !metadata.isNull { batch.metadata = try read(metadata) }
        if let expiry = body["output_expires_after"], !expiry.isNull {
            batch.outputLifetime = try FileLifetime.read(
                anchor: expiry["anchor"]?.string, seconds: expiry["seconds"]?.int.map { "\($0)" } ?? "",
                parameter: "output_expires_after")
        }
        return batch
    }

    /// As OpenAI bounds it.
    private static func read(_ metadata: JSONValue) throws(HubError) -> [String: String] {
        guard metadata.isObject, metadata.count <= 16 else {
            throw .validation("metadata", "must be an object with at most 16 members")
        }
        var read: [String: String] = [:]
        for (key, value) in metadata.members {
            let name = key.string
            guard let text = value.string, name.unicodeScalars.count <= 64, text.unicodeScalars.count <= 512 else {
                throw .validation("metadata", "must have keys of at most 64 characters and texts of at most 512")
            }
            read[name] = text
        }
        return read
    }

    private static func creator(_ call: EndpointCall) throws(HubError) -> Batch.Creator {
        let directives = try RequestDirectives(call.request.head, pin: nil)
        var creator = Batch.Creator()
        creator.keyID = try call.principal().keyID
        creator.user = bounded(directives.user)
        creator.team = bounded(directives.team)
        creator.project = bounded(directives.project)
        if call.service.hub.countsAddresses { creator.address = call.request.peer.addressText }
        return creator
    }

    private static func bounded(_ text: String?) -> String? {
        text.flatMap { $0.utf8.count <= 256 ? $0 : nil }
    }
}
