/// The same requests in each client's dialect.
enum PairRequests {
    static func openAI(_ pairCase: PairCase, _ model: String, _ isStream: Bool) -> String {
        let content =
            pairCase == .image
            ? #"[{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(PairCase.imageData)"}},{"type":"text","text":"\#(pairCase.question)"}]"#
            : #""\#(pairCase.question)""#
        var messages = [#"{"role":"system","content":"Be brief."}"#, #"{"role":"user","content":\#(content)}"#]
        if pairCase == .toolResult {
            messages += [
                #"{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]}"#,
                #"{"role":"tool","tool_call_id":"call_1","content":"18 degrees"}"#,
            ]
        }
        let extra =
            switch pairCase {
            case .toolCall, .parallelCalls, .toolResult:
                #","tools":[{"type":"function","function":{"name":"get_weather","description":"Weather of a city","parameters":\#(PairCase.schema)}}]"#
            case .structured:
                #","response_format":{"type":"json_schema","json_schema":{"name":"place","schema":\#(PairCase.schema),"strict":true}}"#
            case .reasoning: #","reasoning_effort":"low""#
            default: ""
            }
        let stream = isStream ? #","stream":true,"stream_options":{"include_usage":true}"# : ""
        return
            #"{"model":"\#(model)","max_completion_tokens":4000,"messages":[\#(messages.joined(separator: ","))]\#(extra)\#(stream)}"#
    }

    static func responses(_ pairCase: PairCase, _ model: String, _ isStream: Bool) -> String {
        let content =
            pairCase == .image
            ? #"[{"type":"input_image","image_url":"data:image/png;base64,\#(PairCase.imageData)","detail":"auto"},{"type":"input_text","text":"\#(pairCase.question)"}]"#
            : #""\#(pairCase.question)""#
        var items = [#"{"role":"user","content":\#(content)}"#]
        if pairCase == .toolResult {
            items += [
                #"{"type":"function_call","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Paris\"}"}"#,
                #"{"type":"function_call_output","call_id":"call_1","output":"18 degrees"}"#,
            ]
        }
        let extra =
            switch pairCase {
            case .toolCall, .parallelCalls, .toolResult:
                #","tools":[{"type":"function","name":"get_weather","description":"Weather of a city","parameters":\#(PairCase.schema),"strict":true}]"#
            case .structured:
                #","text":{"format":{"type":"json_schema","name":"place","schema":\#(PairCase.schema),"strict":true}}"#
            case .reasoning: #","reasoning":{"effort":"low","summary":"auto"}"#
            default: ""
            }
        let stream = isStream ? #","stream":true"# : ""
        return
            #"{"model":"\#(model)","max_output_tokens":4000,"store":false,"instructions":"Be brief.","input":[\#(items.joined(separator: ","))]\#(extra)\#(stream)}"#
    }

    static func anthropic(_ pairCase: PairCase, _ model: String, _ isStream: Bool) -> String {
        let content =
            pairCase == .image
            ? #"[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(PairCase.imageData)"}},{"type":"text","text":"\#(pairCase.question)"}]"#
            : #""\#(pairCase.question)""#
        var messages = [#"{"role":"user","content":\#(content)}"#]
        if pairCase == .toolResult {
            messages += [
                #"{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Paris"}}]}"#,
                #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"18 degrees"}]}"#,
            ]
        }
        let extra =
            switch pairCase {
            case .toolCall, .parallelCalls, .toolResult:
                #","tools":[{"name":"get_weather","description":"Weather of a city","input_schema":\#(PairCase.schema)}]"#
            case .structured:
                #","output_config":{"format":{"type":"json_schema","schema":\#(PairCase.schema)}}"#
            case .reasoning: #","thinking":{"type":"enabled","budget_tokens":2048}"#
            default: ""
            }
        let stream = isStream ? #","stream":true"# : ""
        return
            #"{"model":"\#(model)","max_tokens":4000,"system":"Be brief.","messages":[\#(messages.joined(separator: ","))]\#(extra)\#(stream)}"#
    }

    static func gemini(_ pairCase: PairCase) -> String {
        let image =
            pairCase == .image
            ? #"{"inlineData":{"mimeType":"image/png","data":"\#(PairCase.imageData)"}},"# : ""
        var contents = [#"{"role":"user","parts":[\#(image){"text":"\#(pairCase.question)"}]}"#]
        if pairCase == .toolResult {
            contents += [
                #"{"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{"city":"Paris"}},"thoughtSignature":"c2ln"}]}"#,
                #"{"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"result":"18 degrees"}}}]}"#,
            ]
        }
        let tools =
            pairCase.usesTools
            ? #","tools":[{"functionDeclarations":[{"name":"get_weather","description":"Weather of a city","parametersJsonSchema":\#(PairCase.schema)}]}]"#
            : ""
        let config =
            switch pairCase {
            case .structured:
                #","responseMimeType":"application/json","responseJsonSchema":\#(PairCase.schema)"#
            case .reasoning: #","thinkingConfig":{"thinkingLevel":"low","includeThoughts":true}"#
            default: ""
            }
        return
            #"{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[\#(contents.joined(separator: ","))]\#(tools),"generationConfig":{"maxOutputTokens":4000\#(config)}}"#
    }

    static func bedrock(_ pairCase: PairCase) -> String {
        let image =
            pairCase == .image ? #"{"image":{"format":"png","source":{"bytes":"\#(PairCase.imageData)"}}},"# : ""
        var messages = [#"{"role":"user","content":[\#(image){"text":"\#(pairCase.question)"}]}"#]
        if pairCase == .toolResult {
            messages += [
                #"{"role":"assistant","content":[{"toolUse":{"toolUseId":"tooluse_1","name":"get_weather","input":{"city":"Paris"}}}]}"#,
                #"{"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_1","content":[{"text":"18 degrees"}]}}]}"#,
            ]
        }
        let extra =
            switch pairCase {
            case .toolCall, .parallelCalls, .toolResult:
                #","toolConfig":{"tools":[{"toolSpec":{"name":"get_weather","description":"Weather of a city","inputSchema":{"json":\#(PairCase.schema)}}}]}"#
            case .structured:
                #","outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"place","schema":"\#(PairCase.schema.replacing("\"", with: "\\\""))"}}}}"#
            case .reasoning:
                #","additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2048}}"#
            default: ""
            }
        return
            #"{"system":[{"text":"Be brief."}],"messages":[\#(messages.joined(separator: ","))],"inferenceConfig":{"maxTokens":4000}\#(extra)}"#
    }
}
