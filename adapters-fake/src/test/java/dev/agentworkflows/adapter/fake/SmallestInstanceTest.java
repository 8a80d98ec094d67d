package dev.agentworkflows.adapter.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SmallestInstanceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // the basics
        "{'type':'string'} | ''",
        "{'type':'integer'} | 0",
        "{'type':'number'} | 0",
        "{'type':'boolean'} | false",
        "{'type':'array','items':{'type':'string'}} | []",
        "{'type':'object'} | {}",
        "{'type':'null'} | null",
        "true | null",
        "{} | null",
        "{'description':'anything'} | null",
        "{'enum':['b','a']} | 'b'",
        "{'const':{'a':[1]}} | {'a':[1]}",
        "{'const':1.50} | 1.50",
        "{'const':'\u00e9\ud800'} | '\\u00E9\\uD800'",
        "{'$schema':'http://json-schema.org/draft-07/schema#','type':'string'} | ''",
        "{'type':['string','null']} | ''",
        "{'type':['null','string']} | null",
        "{'type':'integer','enum':['a',2]} | 2",
        // all properties, not only the required ones
        "{'properties':{'a':{'type':'string'},'b':{'type':'integer'}},'required':['b']}"
            + " | {'a':'','b':0}",
        "{'required':['x']} | {'x':null}",
        "{'required':['x'],'additionalProperties':{'type':'integer'}} | {'x':0}",
        "{'properties':{'a':false,'b':true}} | {'b':null}",
        "{'minProperties':2,'additionalProperties':{'type':'boolean'}}"
            + " | {'property1':false,'property2':false}",
        "{'properties':{'a':{}},'dependentRequired':{'a':['b']}} | {'a':null,'b':null}",
        "{'properties':{'a':{},'b':{}},'maxProperties':1,'required':['b']} | {'b':null}",
        "{'patternProperties':{'^n':{'type':'integer'}},'required':['n1']} | {'n1':0}",
        // bounds
        "{'type':'string','minLength':3} | 'aaa'",
        "{'minLength':1} | 'a'",
        "{'minimum':3} | 3",
        "{'type':'integer','minimum':2.5} | 3",
        "{'type':'integer','exclusiveMinimum':3} | 4",
        "{'type':'integer','minimum':-5,'maximum':5} | 0",
        "{'maximum':-3} | -3",
        "{'type':'integer','exclusiveMaximum':-3} | -4",
        "{'type':'integer','maximum':-2.5} | -3",
        "{'type':'number','exclusiveMinimum':0} | 1",
        "{'type':'number','exclusiveMinimum':0,'maximum':0.5} | 0.25",
        "{'type':'number','minimum':0.2,'maximum':0.4} | 0.2",
        "{'type':'integer','minimum':10,'multipleOf':7} | 14",
        "{'multipleOf':0.1,'minimum':0.25} | 0.3",
        "{'type':'integer','multipleOf':2.5,'minimum':1} | 25",
        "{'minItems':2,'items':{'type':'integer'}} | [0,0]",
        "{'minItems':3,'uniqueItems':true,'items':{'type':'integer'}} | [0,1,2]",
        "{'minItems':2,'uniqueItems':true,'items':{'type':'string'}} | ['','a']",
        "{'minItems':2,'uniqueItems':true,'items':{'enum':['x','y']}} | ['x','y']",
        "{'minItems':2,'uniqueItems':true,'items':{'properties':{'id':{'type':'integer'}}}}"
            + " | [{'id':0},{'id':1}]",
        "{'minItems':2,'prefixItems':[{'type':'string'}],'items':{'type':'integer'}} | ['',0]",
        "{'contains':{'const':5}} | [5]",
        "{'contains':{'minimum':5},'minContains':2,'items':{'type':'integer'}} | [5,5]",
        // composition
        "{'allOf':[{'type':'integer','minimum':2},{'minimum':4}],'maximum':9} | 4",
        "{'allOf':[{'properties':{'a':{'type':'string'}}},{'properties':{'a':{'minLength':2}}}]}"
            + " | {'a':'aa'}",
        "{'allOf':[{'type':['integer','string']},{'type':['string','null']}]} | ''",
        "{'allOf':[{'type':'number'},{'type':'integer'}],'exclusiveMinimum':0.5} | 1",
        "{'anyOf':[{'type':'integer'},{'type':'string'}]} | 0",
        "{'anyOf':[false,{'type':'string'}]} | ''",
        "{'type':'string','anyOf':[{'type':'integer'},{'minLength':2}]} | 'aa'",
        "{'oneOf':[{'type':'number'},{'type':'integer'},{'type':'string'}]} | ''",
        "{'oneOf':[{'properties':{'k':{'const':'a'}},'required':['k']},"
            + "{'properties':{'k':{'const':'b'}},'required':['k']}]} | {'k':'a'}",
        "{'if':{'properties':{'k':{'const':'a'}}},'then':{'required':['x']},"
            + "'else':{'required':['y']}} | {'k':'a','x':null}",
        "{'if':{'type':'integer'},'then':false,'else':{'type':'string'}} | ''",
        // references
        "{'$ref':'#/$defs/a~1b%25','$defs':{'a/b%':{'type':'integer'}}} | 0",
        "{'$ref':'#name','$defs':{'x':{'$anchor':'name','type':'integer'}}} | 0",
        "{'$id':'https://e.org/s','$ref':'t','$defs':{'x':{'$id':'t','type':'string'}}} | ''",
        "{'$ref':'#/$defs/a','minimum':4,'$defs':{'a':{'type':'integer'}}} | 4",
        "{'properties':{'v':{'type':'integer'},'next':{'$ref':'#'}}} | {'v':0}",
        "{'properties':{'v':{'type':'integer'},"
            + "'next':{'anyOf':[{'$ref':'#'},{'type':'null'}]}},'required':['next']}"
            + " | {'v':0,'next':null}",
        "{'$ref':'#/$defs/tree','$defs':{'tree':{'type':'object','properties':"
            + "{'kids':{'type':'array','items':{'$ref':'#/$defs/tree'}}}}}} | {'kids':[]}",
        "{'$ref':'#/$defs/e','$defs':{'e':{'oneOf':[{'type':'object','properties':"
            + "{'l':{'$ref':'#/$defs/e'}},'required':['l']},{'type':'integer'}]}}} | 0",
        // closed objects
        "{'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false}"
            + " | {'a':''}",
        "{'allOf':[{'properties':{'a':{}},'additionalProperties':false},"
            + "{'properties':{'b':{}}}]} | {'a':null}",
      })
  void theSmallestInstanceOfASchema(String schema, String smallest) throws Exception {
    CompiledSchema parsed = CompiledSchema.parse(schema.replace('\'', '"'));

    JsonNode value = SmallestInstance.of(parsed);

    assertThat(CompiledSchema.write(value)).isEqualTo(smallest.replace('\'', '"'));
    assertThat(parsed.allows(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "false",
        "{'type':'string','pattern':'^[0-9]+$'}",
        "{'type':'array','minItems':1000000000}",
        "{'type':'string','minLength':2000000000}",
        "{'minimum':1e1000}",
        "{'multipleOf':1e-1000,'minimum':3}",
        "{'properties':{'a':{'$ref':'#'}},'required':['a']}",
        "{'type':'object','minProperties':1000000000}",
        "{'enum':[1],'const':2}",
        "{'patternProperties':{'^\\\\p{Letter}':{'type':'integer'}},'required':['n1']}",
      })
  void whereNoSmallInstanceIsThereAnAnswerStillComesSoon(String schema) throws Exception {
    CompiledSchema parsed = CompiledSchema.parse(schema.replace('\'', '"'));

    JsonNode value =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> SmallestInstance.of(parsed));

    assertThat(value).isNotNull();
  }

  @Test
  void aSchemaThatDoublesAtEachLevelEnds() throws Exception {
    String levels =
        IntStream.range(0, 40)
            .mapToObj(i ->
                """
                "l%d": {"properties": {"a": {"$ref": "#/$defs/l%d"}, "b": {"$ref": "#/$defs/l%d"}}}
                """
                    .formatted(i, i + 1, i + 1))
            .collect(Collectors.joining(","));
    CompiledSchema schema =
        CompiledSchema.parse(
            "{\"$ref\": \"#/$defs/l0\", \"$defs\": {%s, \"l40\": {}}}".formatted(levels));

    JsonNode value =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> SmallestInstance.of(schema));

    assertThat(schema.allows(value)).isTrue();
  }
}
