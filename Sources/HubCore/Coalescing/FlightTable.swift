internal import Synchronization

/// The calls under way that others may join, by key. In parts that are locked apart.
final class FlightTable: Sendable {
    enum Entry {
        /// Nobody makes this call: the caller does, and ends the flight.
        case lead(Flight)
        case follow(Flight, follower: Int)
    }

    private final class Part: Sendable {
        let flights = Mutex<[CacheKey: Flight]>([:])
    }

    private let parts: [Part] = (0..<16).map { _ in Part() }

    private func part(_ key: CacheKey) -> Part { parts[Int(key.secondHash >> 32) % parts.count] }

    /// - Parameters:
    ///   - deadline: of the caller; monotonic nanoseconds, as `now`.
    func enter(_ key: CacheKey, until deadline: UInt64, at now: UInt64) -> Entry {
        part(key).flights.withLock { flights in
            if let flight = flights[key], flight.lasts(for: deadline, at: now), let follower = flight.join() {
                return .follow(flight, follower: follower)
            }
            // One that cannot be joined, or not any more, goes on by itself.
            let flight = Flight(until: deadline)
            flights[key] = flight
            return .lead(flight)
        }
    }

    /// Nobody joins from now on.
    func remove(_ flight: Flight, _ key: CacheKey) {
        part(key).flights.withLock { flights in
            if flights[key] === flight { flights[key] = nil }
        }
    }

    /// Calls that wait for others' answers.
    var followerCount: Int {
        parts.reduce(0) { $0 + $1.flights.withLock { $0.values.reduce(0) { $0 + $1.followerCount } } }
    }
}
