internal import Dialects
internal import Synchronization

/// A call that is under way to a provider, which identical calls share: contract 13.8. The first of them leads: it makes
/// the call and tells the flight what comes; the others follow, from whatever thread.
///
/// A stream is told from its commit point on, so that followers never see what a failed attempt sent.
final class Flight: Sendable {
    /// What became of it.
    enum Outcome: Sendable {
        case answered(CachedAnswer, RoutePlan)
        /// Before anything was told: followers go on alone.
        case failed
        /// In the middle of a stream.
        case cut(HubError)
    }

    /// What a follower that has seen `position` pieces gets next.
    enum Next: Sendable {
        case pieces([CachedAnswer.Piece], WireDialect, RoutePlan)
        case ended(Outcome)
        /// It was too slow: what it should see next is no longer there.
        case lost
        case nothing
    }

    fileprivate struct State {
        var pieces: [CachedAnswer.Piece] = []
        /// Pieces that were told and let go.
        var dropped = 0
        var bytes = 0
        /// Of the stream: where it comes from.
        var source: (dialect: WireDialect, plan: RoutePlan)?
        var outcome: Outcome?
        /// By follower: how many pieces it has seen.
        var followers: [Int: Int] = [:]
        var nextFollower = 0
        /// Everything that was told is still there.
        var isWhole = true
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Followers whose time is over.
        var late: Set<Int> = []
        /// Its leader's client reads too slowly for anybody to follow.
        var isHeld = false
        /// Told of the first piece.
        var progress: (@Sendable () -> Void)?
        /// The leader's client has gone; what ends its call when the last follower goes, too.
        var abandon: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// When its leader's time is over; monotonic nanoseconds.
    private let deadline: UInt64

    /// A follower may be so many bytes behind, and so may the leader's client where others follow.
    static let longestLag = 8 << 20

    init(until deadline: UInt64 = .max) {
        self.deadline = deadline
    }

    // MARK: Following

    /// Whether a request with this deadline may rely on it: a leader that has far less time left would take it along when
    /// it ends.
    func lasts(for deadline: UInt64, at now: UInt64) -> Bool {
        guard self.deadline < deadline else { return true }
        let left = self.deadline > now ? self.deadline - now : 0
        return left >= (deadline > now ? deadline - now : 0) / 2
    }

    /// A number that stands for the follower; nil where it would come too late.
    func join() -> Int? {
        state.withLock { state in
            guard state.isWhole, !state.isHeld, state.outcome == nil else { return nil }
            defer { state.nextFollower += 1 }
            state.followers[state.nextFollower] = 0
            return state.nextFollower
        }
    }

    func leave(_ follower: Int) {
        let abandon = state.withLock { state -> (@Sendable () -> Void)? in
            state.followers[follower] = nil
            return state.followers.isEmpty && state.outcome == nil ? state.abandon : nil
        }
        abandon?()
    }

    /// What is new for a follower, at once.
    func next(_ follower: Int) -> Next {
        state.withLock { state in
            guard let seen = state.followers[follower] else { return .lost }
            guard seen >= state.dropped else { return .lost }
            let end = state.dropped + state.pieces.count
            if seen < end, let source = state.source {
                state.followers[follower] = end
                defer { state.trim() }
                return .pieces(Array(state.pieces[(seen - state.dropped)...]), source.dialect, source.plan)
            }
            return state.outcome.map { .ended($0) } ?? .nothing
        }
    }

    /// Until there is something new for a follower, or its task is cancelled.
    func wait(_ follower: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayWait = state.withLock { state -> Bool in
                    let seen = state.followers[follower] ?? 0
                    guard state.outcome == nil, seen >= state.dropped + state.pieces.count, !Task.isCancelled,
                        !state.late.contains(follower)
                    else { return false }
                    state.waiters[follower] = continuation
                    return true
                }
                if !mayWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: follower) }?.resume()
        }
    }

    /// A follower's time is over: it waits no more, though there is nothing new.
    func endWait(of follower: Int) {
        let waiter = state.withLock { state in
            state.late.insert(follower)
            return state.waiters.removeValue(forKey: follower)
        }
        waiter?.resume()
    }

    // MARK: Leading

    /// Those that wait for what the leader gets.
    var followerCount: Int { state.withLock { $0.followers.count } }

    /// The leader's client has gone. True if the call goes on for others; `cancel` then ends it when they are gone, too.
    func outlivesClient(cancel: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.followers.isEmpty, state.outcome == nil else { return false }
            state.abandon = cancel
            return true
        }
    }

    /// The leader's client does not keep up. True if nobody follows, nor will until the hold is over: the source may wait.
    func hold() -> Bool {
        state.withLock { state in
            guard state.followers.isEmpty else { return false }
            state.isHeld = true
            return true
        }
    }

    func endHold() { state.withLock { $0.isHeld = false } }

    /// Has `report` called with the first piece.
    func onProgress(_ report: @escaping @Sendable () -> Void) {
        state.withLock { $0.progress = report }
    }

    /// A piece of a stream that its leader's client was sent.
    ///
    /// Not even written where nobody follows and it is too long to be kept.
    func tell(_ chunk: StreamChunk, _ plan: RoutePlan) {
        guard state.withLock({ $0.isWhole || !$0.followers.isEmpty }) else { return }
        let piece = CachedAnswer.Piece(chunk)
        let (waiters, progress) = state.withLock { state in
            defer { state.progress = nil }
            // Whoever goes on with it later, the stream is as it began.
            state.source = state.source ?? (chunk.dialect, plan)
            state.pieces.append(piece)
            state.bytes += piece.json.count + CachedAnswer.bytesPerPiece
            if state.bytes > CacheOptions.largestAnswer { state.isWhole = false }
            state.trim()
            return (state.takeWaiters(), state.progress)
        }
        for waiter in waiters { waiter.resume() }
        progress?()
    }

    /// All that was told; nil if it was more than is kept, or nothing.
    var told: (dialect: WireDialect, pieces: [CachedAnswer.Piece])? {
        state.withLock { state in
            guard state.isWhole, let source = state.source else { return nil }
            return (source.dialect, state.pieces)
        }
    }

    func end(_ outcome: Outcome) {
        let waiters = state.withLock { state in
            state.outcome = outcome
            state.abandon = nil
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension Flight.State {
    /// Those who wait, each to be woken once. Whoever has all that there is goes on waiting by itself.
    fileprivate mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        guard !waiters.isEmpty else { return [] }
        defer { waiters = [:] }
        return Array(waiters.values)
    }

    /// Of what is too large to be kept, lets go of what all followers have seen, and of those that are too far behind.
    fileprivate mutating func trim() {
        guard !isWhole else { return }
        let end = dropped + pieces.count
        let slowest = followers.values.min() ?? end
        drop(slowest - dropped)
        while bytes > Flight.longestLag, !pieces.isEmpty { drop(pieces.count / 2 + 1) }
    }

    private mutating func drop(_ count: Int) {
        guard count > 0 else { return }
        for piece in pieces[..<count] { bytes -= piece.json.count + CachedAnswer.bytesPerPiece }
        pieces.removeFirst(count)
        dropped += count
    }
}
