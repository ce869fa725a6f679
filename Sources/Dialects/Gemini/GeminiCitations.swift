internal import Wire

/// Where Gemini's text is from: results of its search, and what it recited.
enum GeminiCitations {
    static func read(_ candidate: JSONValue) -> [Citation] {
        grounding(candidate["groundingMetadata"]) + recitations(candidate["citationMetadata"])
    }

    /// Each place once for every stretch of text that it supports; once without text if it supports none.
    private static func grounding(_ metadata: JSONValue?) -> [Citation] {
        guard let chunks = metadata?["groundingChunks"], chunks.isArray else { return [] }
        let places = chunks.elements.map { $0["web"] ?? $0["retrievedContext"] ?? $0 }
        var citations: [Citation] = []
        var supported: Set<Int> = []
        if let supports = metadata?["groundingSupports"] {
            for support in supports.elements {
                guard let indices = support["groundingChunkIndices"] else { continue }
                for index in indices.elements.compactMap(\.int) where places.indices.contains(index) {
                    supported.insert(index)
                    citations.append(citation(places[index], text: support["segment"]?["text"]?.string))
                }
            }
        }
        for index in places.indices where !supported.contains(index) {
            citations.append(citation(places[index], text: nil))
        }
        return citations
    }

    private static func citation(_ place: JSONValue, text: String?) -> Citation {
        Citation(url: place["uri"]?.string, title: place["title"]?.string, citedText: text, source: place)
    }

    private static func recitations(_ metadata: JSONValue?) -> [Citation] {
        guard let list = metadata?["citations"] ?? metadata?["citationSources"] else { return [] }
        return list.elements.compactMap { entry in
            guard let url = entry["uri"]?.string else { return nil }
            return Citation(url: url, title: entry["title"]?.string, source: entry)
        }
    }

    /// Writes the member `groundingMetadata` of a candidate; nothing without any place on the web.
    static func write(_ citations: [Citation], to writer: inout JSONWriter) {
        let places = citations.filter { $0.url != nil }
        guard !places.isEmpty else { return }
        writer.key("groundingMetadata")
        writer.beginObject()
        writer.key("groundingChunks")
        writer.beginArray()
        for place in places {
            writer.beginObject()
            writer.key("web")
            writer.beginObject()
            writer.member("uri", place.url ?? "")
            if let title = place.title { writer.member("title", title) }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
        writer.key("groundingSupports")
        writer.beginArray()
        for (index, place) in places.enumerated() {
            guard let text = place.citedText else { continue }
            writer.beginObject()
            writer.key("segment")
            writer.beginObject()
            writer.member("text", text)
            writer.endObject()
            writer.key("groundingChunkIndices")
            writer.beginArray()
            writer.int(index)
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
