internal import Dialects
internal import Wire

/// A piece of a list of OpenAI's: `limit` and `after` of the query, `has_more`, `first_id` and `last_id` of the answer.
struct ListPage {
    let limit: Int
    let after: String?

    init(_ query: QueryParameters, standard: Int, most: Int) throws(HubError) {
        after = query["after"]
        guard let text = query["limit"] else {
            limit = standard
            return
        }
        guard let number = Int(text), (1...most).contains(number) else {
            throw .validation("limit", "must be 1..\(most)")
        }
        limit = number
    }

    /// - Parameter items: one more than the limit if there are more.
    func render<Item>(
        _ items: [Item], id: (Item) -> String, write: (Item, inout JSONWriter) -> Void
    ) -> [UInt8] {
        let page = items.prefix(limit)
        var writer = JSONWriter(reserving: 256 + 512 * page.count)
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writer.beginArray()
        for item in page { write(item, &writer) }
        writer.endArray()
        writer.key("first_id")
        if let first = page.first { writer.string(id(first)) } else { writer.null() }
        writer.key("last_id")
        if let last = page.last { writer.string(id(last)) } else { writer.null() }
        writer.member("has_more", items.count > limit)
        writer.endObject()
        return writer.bytes
    }
}
