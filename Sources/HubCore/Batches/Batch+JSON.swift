public import Wire

/// A batch as its clients read it, and as it is kept.
extension Batch {
    /// OpenAI's batch object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "batch")
        writer.member("endpoint", endpoint.rawValue)
        writeErrors(to: &writer)
        writer.member("input_file_id", inputFileID)
        writer.member("completion_window", "24h")
        writer.member("status", status.rawValue)
        // Until the end they are not there to be read.
        write("output_file_id", status.isFinal ? outputFileID : nil, to: &writer)
        write("error_file_id", status.isFinal ? errorFileID : nil, to: &writer)
        writer.member("created_at", createdAt)
        write("in_progress_at", moments[.inProgress], to: &writer)
        writer.member("expires_at", expiresAt)
        write("finalizing_at", moments[.finalizing], to: &writer)
        write("completed_at", moments[.completed], to: &writer)
        write("failed_at", moments[.failed], to: &writer)
        write("expired_at", moments[.expired], to: &writer)
        write("cancelling_at", moments[.cancelling], to: &writer)
        write("cancelled_at", moments[.cancelled], to: &writer)
        writer.key("request_counts")
        writer.beginObject()
        writer.member("total", counts.total)
        writer.member("completed", counts.completed)
        writer.member("failed", counts.failed)
        writer.endObject()
        writer.key("metadata")
        if metadata.isEmpty { writer.null() } else { Self.write(metadata, to: &writer) }
        writer.endObject()
    }

    private func writeErrors(to writer: inout JSONWriter) {
        writer.key("errors")
        guard !problems.isEmpty else { return writer.null() }
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writeProblems(to: &writer)
        writer.endObject()
    }

    private func writeProblems(to writer: inout JSONWriter) {
        writer.beginArray()
        for problem in problems {
            writer.beginObject()
            writer.member("code", problem.code)
            writer.member("message", problem.message)
            write("param", problem.parameter, to: &writer)
            write("line", problem.line, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ metadata: [String: String], to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
    }

    private func write(_ name: StaticString, _ text: String?, to writer: inout JSONWriter) {
        writer.key(name)
        if let text { writer.string(text) } else { writer.null() }
    }

    private func write(_ name: StaticString, _ number: Int?, to writer: inout JSONWriter) {
        writer.key(name)
        if let number { writer.int(number) } else { writer.null() }
    }

    // MARK: Kept

    /// What is kept of it, but for its counts.
    public func record() -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("endpoint", endpoint.rawValue)
        writer.member("input", inputFileID)
        writer.member("created", createdAt)
        writer.member("lifetime", outputLifetime)
        writer.member("status", status.rawValue)
        write("ending", ending?.rawValue, to: &writer)
        write("output", outputFileID, to: &writer)
        write("error", errorFileID, to: &writer)
        write("provider", upstream?.provider, to: &writer)
        write("upstream", upstream?.batchID, to: &writer)
        write("handing", upstream?.handOverBegun, to: &writer)
        write("key", creator.keyID, to: &writer)
        write("user", creator.user, to: &writer)
        write("team", creator.team, to: &writer)
        write("project", creator.project, to: &writer)
        write("address", creator.address, to: &writer)
        writer.key("metadata")
        Self.write(metadata, to: &writer)
        writer.key("moments")
        writer.beginObject()
        for (status, moment) in moments.sorted(by: { $0.value < $1.value }) {
            writer.key(status.rawValue)
            writer.int(moment)
        }
        writer.endObject()
        writer.key("problems")
        writeProblems(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// From what `record` wrote; nil for anything else.
    public init?(record: [UInt8], id: String, tenant: String, counts: Counts) {
        guard let root = try? JSONDocument.parse(record).root,
            let endpoint = root["endpoint"]?.string.flatMap(BatchEndpoint.init),
            let inputFileID = root["input"]?.string, let createdAt = root["created"]?.int,
            let status = root["status"]?.string.flatMap(Status.init), let lifetime = root["lifetime"]?.int
        else { return nil }
        var creator = Creator()
        creator.keyID = root["key"]?.string
        creator.user = root["user"]?.string
        creator.team = root["team"]?.string
        creator.project = root["project"]?.string
        creator.address = root["address"]?.string
        self.init(
            id: id, tenant: tenant, endpoint: endpoint, inputFileID: inputFileID, creator: creator,
            createdAt: createdAt)
        self.status = status
        self.counts = counts
        outputLifetime = lifetime
        ending = root["ending"]?.string.flatMap(Status.init)
        outputFileID = root["output"]?.string
        errorFileID = root["error"]?.string
        upstream = root["provider"]?.string.map { provider in
            Upstream(
                provider: provider, batchID: root["upstream"]?.string, handOverBegun: root["handing"]?.int)
        }
        if let members = root["metadata"]?.members {
            for (name, value) in members { metadata[name.string] = value.string }
        }
        if let members = root["moments"]?.members {
            for (name, value) in members {
                if let status = Status(rawValue: name.string) { moments[status] = value.int }
            }
        }
        problems = (root["problems"].map { Array($0.elements) } ?? []).map { problem in
            BatchProblem(
                problem["code"]?.string ?? "", problem["message"]?.string ?? "", parameter: problem["param"]?.string,
                line: problem["line"]?.int)
        }
    }
}
