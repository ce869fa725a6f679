import Testing

struct FaultTallyTests {
    @Test func `a case with two rows counts once`() {
        var tally = FaultTally()
        for id in ["S01", "S08", "S08"] { tally.add(id, isRight: true) }
        #expect(tally.text == "2/2")
    }

    @Test func `a case does not count when one of its rows is wrong`() {
        var tally = FaultTally()
        tally.add("S08", isRight: true)
        tally.add("S08", isRight: false)
        tally.add("S08", isRight: true)
        #expect(tally.text == "0/1")
    }

    @Test func `the catalogue has sixteen cases`() {
        let ids = (FaultCatalogue.cases + FaultCatalogue.rescues).map(\.id) + FaultCatalogue.sequences.map(\.id)
        #expect(Set(ids).sorted() == FaultCatalogue.ids)
        #expect(FaultCatalogue.ids.count == 16)
    }
}
