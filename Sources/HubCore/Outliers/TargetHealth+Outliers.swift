internal import Synchronization

/// What its comparison with others needs of a target, and says of it.
extension TargetHealth {
    /// It goes last for now.
    func isEjected(at now: UInt64) -> Bool { ejectedUntil.load(ordering: .relaxed) > now }

    /// How often it was given a rest.
    public var ejections: UInt64 { ejectionCount.load(ordering: .relaxed) }

    /// - Parameter marking: what is measured from now on is new to the next look.
    func outlierFigures(of minimum: Int, at now: UInt64, marking: Bool) -> OutlierGroup.Member {
        var member = OutlierGroup.Member()
        measured.withLock { measured in
            member.state = measured.outlier
            member.streamed = measured.streamedTimes.percentile(0.5, of: Float(minimum), at: now)
            member.whole = measured.wholeTimes.percentile(0.5, of: Float(minimum), at: now)
            member.cutShare = measured.cuts.share(of: Float(minimum), at: now)
            member.isDue = measured.hasNews
            if marking { measured.hasNews = false }
        }
        return member
    }

    func keep(_ state: OutlierState) {
        measured.withLock { $0.outlier = state }
        ejectedUntil.store(state.ejectedUntil ?? 0, ordering: .relaxed)
    }

    /// What it did before its rest says nothing of how it will do after it.
    func wasEjected() {
        ejectionCount.wrappingAdd(1, ordering: .relaxed)
        measured.withLock { measured in
            measured.streamedTimes.clear()
            measured.wholeTimes.clear()
            measured.cuts = CutShare()
        }
    }

    /// A stream that had begun has ended.
    func streamEnded(isCut: Bool, at now: UInt64) {
        measured.withLockIfAvailable { measured in
            measured.cuts.add(isCut: isCut, at: now)
            measured.hasNews = true
        }
    }
}
