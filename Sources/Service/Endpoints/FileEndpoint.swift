internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Store
internal import Wire

/// /v1/files: contract 2.11.
enum FileEndpoint {
    /// A caller without a key is told so before anything is read, whatever the method.
    static func admit(_ head: HTTP1RequestHead, _ service: ServiceState) throws(HubError) {
        if head.method == .post, service.isDraining { throw HubError(.notReady, "the hub is shutting down") }
        _ = try service.hub.authenticate(RequestDirectives.credential(head))
    }

    static func create(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            let body = call.request.body
            guard let type = call.request.head.value(of: "content-type"),
                let boundary = MultipartBoundary(contentType: type)
            else { throw HubError(.invalidRequest, "the body must be a form: multipart/form-data with a file") }
            let upload = try await BlockingWork.run {
                Result { () throws(HubError) in try FileUpload(body, boundary) }
            }.get()
            let files = call.service.storage.files
            try await files.checkRoom(for: upload.content.count, tenant: tenant)
            let now = call.service.seconds
            let file = StoredFile(
                id: call.identifier("file-"), filename: upload.filename, purpose: .batch,
                byteCount: upload.content.count, createdAt: now, expiresAt: now + upload.lifetime)
            try await files.begin(file, tenant: tenant)
            var position = 0
            for start in stride(
                from: upload.content.lowerBound, to: upload.content.upperBound, by: StoredFiles.pieceBytes)
            {
                if Task.isCancelled { throw HubError(.aborted, "the client went away") }
                let end = min(start + StoredFiles.pieceBytes, upload.content.upperBound)
                try await files.append(Array(body[start..<end]), at: position, to: file.id, tenant: tenant)
                position += 1
            }
            try await files.complete(file, tenant: tenant)
            return file.body
        }
    }

    static func list(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            let query = QueryParameters(call.request.head.query)
            let page = try ListPage(query, standard: 10_000, most: 10_000)
            let order = query["order"] ?? "desc"
            guard ["asc", "desc"].contains(order) else { throw .validation("order", "must be asc or desc") }
            let purpose = query["purpose"].map { StoredFile.Purpose(rawValue: $0) }
            // There are none of a purpose that the hub does not know.
            if case .some(nil) = purpose { return page.render([StoredFile](), id: \.id) { $0.write(to: &$1) } }
            let files = try await call.service.storage.files.list(
                tenant: tenant, purpose: purpose ?? nil, after: page.after, isAscending: order == "asc",
                limit: page.limit + 1)
            return page.render(files, id: \.id) { $0.write(to: &$1) }
        }
    }

    static func one(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in try await file(call, tenant).body }
    }

    static func delete(_ call: EndpointCall) async {
        await call.answerTenant { (call, tenant) async throws(HubError) in
            let file = try await file(call, tenant)
            guard try await call.service.storage.files.remove(file.id, tenant: tenant) else {
                throw StoredFile.missing(file.id)
            }
            var writer = JSONWriter(reserving: 96)
            writer.beginObject()
            writer.member("id", file.id)
            writer.member("object", "file")
            writer.member("deleted", true)
            writer.endObject()
            return writer.bytes
        }
    }

    /// The file as it was uploaded or written, a piece at a time and no faster than the client takes it.
    static func content(_ call: EndpointCall) async {
        do throws(HubError) {
            let tenant = try call.tenant()
            let file = try await file(call, tenant)
            guard let first = try await call.service.storage.files.piece(0, of: file.id, tenant: tenant) else {
                throw StoredFile.missing(file.id)
            }
            call.startStream(contentType: "application/octet-stream")
            await send(first, file, tenant, call)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .openAI)
        }
    }

    private static func send(_ first: [UInt8], _ file: StoredFile, _ tenant: String, _ call: EndpointCall) async {
        let room = Room()
        call.writer.onWritable = { room.open() }
        var piece = first
        var position = 0
        var sent = 0
        while call.writer.isOpen {
            call.writer.write(piece)
            sent += piece.count
            position += 1
            if sent >= file.byteCount { return call.writer.finish() }
            if call.writer.isOpen, call.writer.isCongested { await room.wait() }
            guard let next = try? await call.service.storage.files.piece(position, of: file.id, tenant: tenant) else {
                return call.writer.abort()
            }
            piece = next
        }
    }

    private static func file(_ call: EndpointCall, _ tenant: String) async throws(HubError) -> StoredFile {
        let id = call.parameters["id"] ?? ""
        guard let file = try await call.service.storage.files.file(id, tenant: tenant) else {
            throw StoredFile.missing(id)
        }
        return file
    }
}

/// Room in a client's buffer, waited for on its reactor.
private final class Room {
    private var waiting: CheckedContinuation<Void, Never>?

    func wait() async {
        await withCheckedContinuation { waiting = $0 }
    }

    func open() {
        let waiting = waiting
        self.waiting = nil
        waiting?.resume()
    }
}
