// modules: Wire Dialects
// sources: Sources/TestSupport/Forms Fuzz/Dialects
import Dialects

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    unsafe DialectFuzz.check(.responses, [UInt8](UnsafeBufferPointer(start: data, count: size)))
    return 0
}
