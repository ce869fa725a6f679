/// The known key that `key` most likely means; nil when none is near.
func nearestKey(to key: String, among known: [String]) -> String? {
    guard key.utf8.count <= 64 else { return nil }
    let written = Array(key.lowercased().utf8)
    let best = known.map { (name: $0, distance: editDistance(written, Array($0.utf8))) }
        .min { $0.distance < $1.distance }
    guard let best, best.distance <= max(2, written.count / 4), best.distance < written.count else { return nil }
    return best.name
}

/// Insertions, deletions and replacements between two texts (Levenshtein), one row at a time.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (leftIndex, leftByte) in left.enumerated() {
        var diagonal = row[0]
        row[0] = leftIndex + 1
        for (rightIndex, rightByte) in right.enumerated() {
            let replaced = diagonal + (leftByte == rightByte ? 0 : 1)
            diagonal = row[rightIndex + 1]
            row[rightIndex + 1] = min(replaced, diagonal + 1, row[rightIndex] + 1)
        }
    }
    return row[right.count]
}
