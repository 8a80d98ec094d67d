"""Header compression against the examples of RFC 7541, appendix C, and against broken blocks."""

from __future__ import annotations

import hashlib
import unittest

import sources  # noqa: F401
from agent_workflows import _hpack
from agent_workflows._hpack import Decoder, HpackError, encode_headers

REQUESTS = [
    [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com")],
    [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com"),
     ("cache-control", "no-cache")],
    [(":method", "GET"), (":scheme", "https"), (":path", "/index.html"), (":authority", "www.example.com"),
     ("custom-key", "custom-value")],
]  # fmt: skip

DATE_21, DATE_22 = "Mon, 21 Oct 2013 20:13:21 GMT", "Mon, 21 Oct 2013 20:13:22 GMT"
COOKIE = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
RESPONSES = [
    [(":status", "302"), ("cache-control", "private"), ("date", DATE_21), ("location", "https://www.example.com")],
    [(":status", "307"), ("cache-control", "private"), ("date", DATE_21), ("location", "https://www.example.com")],
    [(":status", "200"), ("cache-control", "private"), ("date", DATE_22), ("location", "https://www.example.com"),
     ("content-encoding", "gzip"), ("set-cookie", COOKIE)],
]  # fmt: skip


class AppendixCTest(unittest.TestCase):
    def assert_blocks(self, decoder: Decoder, blocks: list[str], headers: list, sizes: list[int]) -> None:
        for block, expected, size in zip(blocks, headers, sizes, strict=True):
            self.assertEqual(decoder.decode(bytes.fromhex(block)), expected)
            self.assertEqual(decoder.table_size, size)

    def test_c1_integers(self) -> None:
        for hexadecimal, bits, value in (("0a", 5, 10), ("1f9a0a", 5, 1337), ("2a", 8, 42)):
            raw = bytearray()
            _hpack._append_integer(raw, value, bits)
            self.assertEqual(raw.hex(), hexadecimal)
            self.assertEqual(_hpack._integer(bytes(raw), 0, bits), (value, len(raw)))

    def test_c2_single_fields(self) -> None:
        custom = ("custom-key", "custom-header")
        decoder = Decoder()
        self.assertEqual(decoder.decode(bytes.fromhex("400a637573746f6d2d6b65790d637573746f6d2d686561646572")), [custom])
        self.assertEqual((decoder.table, decoder.table_size), ([custom], 55))
        self.assertEqual(Decoder().decode(bytes.fromhex("040c2f73616d706c652f70617468")), [(":path", "/sample/path")])
        self.assertEqual(Decoder().decode(bytes.fromhex("100870617373776f726406736563726574")), [("password", "secret")])
        self.assertEqual(Decoder().decode(bytes.fromhex("82")), [(":method", "GET")])

    def test_c3_requests_without_huffman(self) -> None:
        blocks = [
            "828684410f7777772e6578616d706c652e636f6d",
            "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        ]
        self.assert_blocks(Decoder(), blocks, REQUESTS, [57, 110, 164])

    def test_c4_requests_with_huffman(self) -> None:
        blocks = [
            "828684418cf1e3c2e5f23a6ba0ab90f4ff",
            "828684be5886a8eb10649cbf",
            "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ]
        self.assert_blocks(Decoder(), blocks, REQUESTS, [57, 110, 164])

    def test_c5_responses_without_huffman_and_with_eviction(self) -> None:
        blocks = [
            "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
            "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
            "4803333037c1c0bf",
            "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738"
            "666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b"
            "2076657273696f6e3d31",
        ]
        self.assert_blocks(Decoder(256), blocks, RESPONSES, [222, 222, 215])

    def test_c6_responses_with_huffman_and_with_eviction(self) -> None:
        blocks = [
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960"
            "d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        ]
        self.assert_blocks(Decoder(256), blocks, RESPONSES, [222, 222, 215])


class DecoderTest(unittest.TestCase):
    def assert_refused(self, hexadecimal: str, words: str) -> None:
        with self.assertRaisesRegex(HpackError, words):
            Decoder().decode(bytes.fromhex(hexadecimal))

    def test_a_size_update_evicts_and_may_grow_again(self) -> None:
        decoder = Decoder()
        decoder.decode(bytes.fromhex("400161016240016301644001650166"))
        self.assertEqual(len(decoder.table), 3)
        self.assertEqual(decoder.decode(bytes.fromhex("3f03" "be")), [("e", "f")])  # 34: one entry
        decoder.decode(bytes.fromhex("20"))
        self.assertEqual((decoder.table, decoder.table_size), ([], 0))
        decoder.decode(bytes.fromhex("3fe11f" "4001610162"))  # 4096
        self.assertEqual(decoder.table, [("a", "b")])

    def test_an_entry_larger_than_the_table_empties_it(self) -> None:
        decoder = Decoder(64)
        decoder.decode(bytes.fromhex("4001610162"))
        decoder.decode(b"\x40\x01c" + b"\x28" + b"x" * 40)
        self.assertEqual(decoder.table, [])

    def test_every_octet_survives_huffman(self) -> None:
        codes = {symbol: (length, code) for (length, code), symbol in _hpack._huffman_symbols().items()}
        self.assertEqual(len(codes), 257)
        bits = "".join(format(codes[octet][1], f"0{codes[octet][0]}b") for octet in range(256))
        bits += "1" * (-len(bits) % 8)
        raw = int(bits, 2).to_bytes(len(bits) // 8, "big")
        self.assertEqual(_hpack._huffman_decode(raw), bytes(range(256)))

    def test_the_huffman_code_is_that_of_appendix_b(self) -> None:
        codes = {symbol: (code, length) for (length, code), symbol in _hpack._huffman_symbols().items()}
        some = {48: (0x0, 5), 92: (0x7FFF0, 19), 0: (0x1FF8, 13), 249: (0xFFFFFFE, 28), 256: (0x3FFFFFFF, 30)}
        self.assertEqual({symbol: codes[symbol] for symbol in some}, some)
        # All of the appendix's lines, as "symbol code-in-hex length".
        lines = "".join(f"{symbol} {codes[symbol][0]:x} {codes[symbol][1]}\n" for symbol in range(257))
        digest = hashlib.sha256(lines.encode()).hexdigest()
        self.assertEqual(digest, "83d3e71d59b887a6b1329636bb3230aea58e89cc668aefbde9139061f5a0fc9c")

    def test_broken_blocks_are_refused(self) -> None:
        self.assert_refused("80", "index 0")
        self.assert_refused("be", "neither table")
        self.assert_refused("3fe21f", "table size of 4097")
        self.assert_refused("8220", "size update after")
        self.assert_refused("400a6375", "middle of a string")
        self.assert_refused("40", "middle of a field")
        self.assert_refused("ff" + "ff" * 8, "too large")
        self.assert_refused("00" "81fe" "00", "padding")
        self.assert_refused("00" "82ffff" "00", "padding")
        self.assert_refused("00" "84ffffffff" "00", "end-of-string")

    def test_a_block_cut_anywhere_is_refused_or_shorter(self) -> None:
        block = bytes.fromhex("828684418cf1e3c2e5f23a6ba0ab90f4ff")
        for end in range(4, len(block)):
            with self.assertRaises(HpackError):
                Decoder().decode(block[:end])

    def test_what_is_encoded_is_decoded(self) -> None:
        headers = [(":method", "POST"), ("authorization", "Bearer " + "t" * 300), ("empty", "")]
        block = encode_headers(headers)
        decoder = Decoder()
        self.assertEqual(decoder.decode(block), headers)
        self.assertEqual(decoder.table, [])
        self.assertIn(b"\x10\x0dauthorization", block)


if __name__ == "__main__":
    unittest.main()
