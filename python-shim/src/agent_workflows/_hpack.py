"""Header compression for HTTP/2 (RFC 7541): decodes everything, encodes plainly.

A client of one stream sends one header block, so its own headers go out as literals that enter no
table. What a server sends may use all of HPACK.
"""

from __future__ import annotations

__all__ = ["Decoder", "HpackError", "encode_headers"]

DEFAULT_TABLE_SIZE = 4096
# RFC 7541 section 4.1: what an entry costs besides its name and value.
_ENTRY_OVERHEAD = 32
# Far above any number in a sane header block; keeps a hostile one from growing integers forever.
_LARGEST_INTEGER = 1 << 28


class HpackError(Exception):
    """A header block that RFC 7541 does not allow."""


def encode_headers(headers: list[tuple[str, str]]) -> bytes:
    """Returns a header block of literals without indexing; names must be lower-case."""
    block = bytearray()
    for name, value in headers:
        # A secret is marked "never indexed", for whatever proxy passes it on.
        block.append(0x10 if name == "authorization" else 0)
        _append_string(block, name)
        _append_string(block, value)
    return bytes(block)


def _append_string(block: bytearray, text: str) -> None:
    raw = text.encode("latin-1")
    _append_integer(block, len(raw), 7)
    block += raw


def _append_integer(block: bytearray, value: int, prefix_bits: int) -> None:
    limit = (1 << prefix_bits) - 1
    if value < limit:
        block.append(value)
        return
    block.append(limit)
    value -= limit
    while value >= 0x80:
        block.append(value & 0x7F | 0x80)
        value >>= 7
    block.append(value)


class Decoder:
    """Decodes the header blocks of one connection, in order; keeps their dynamic table."""

    def __init__(self, max_table_size: int = DEFAULT_TABLE_SIZE) -> None:
        self._allowed_size = max_table_size
        self._max_size = max_table_size
        self._size = 0
        self._entries: list[tuple[str, str]] = []  # newest first

    @property
    def table(self) -> list[tuple[str, str]]:
        """The dynamic table, newest entry first."""
        return list(self._entries)

    @property
    def table_size(self) -> int:
        """The dynamic table's size as RFC 7541 section 4.1 counts it."""
        return self._size

    def decode(self, block: bytes) -> list[tuple[str, str]]:
        """Returns the block's headers, or raises HpackError; then the connection is beyond repair."""
        headers: list[tuple[str, str]] = []
        try:
            self._decode_into(headers, block)
        except IndexError:
            raise HpackError("the header block ends in the middle of a field") from None
        return headers

    def _decode_into(self, headers: list[tuple[str, str]], block: bytes) -> None:
        position = 0
        while position < len(block):
            first = block[position]
            if first & 0x80:
                index, position = _integer(block, position, 7)
                headers.append(self._entry(index))
            elif first & 0x40:
                header, position = self._literal(block, position, 6)
                self._remember(header)
                headers.append(header)
            elif first & 0x20:
                if headers:
                    raise HpackError("a table size update after the first header of a block")
                size, position = _integer(block, position, 5)
                self._resize(size)
            else:
                header, position = self._literal(block, position, 4)
                headers.append(header)

    def _literal(self, block: bytes, position: int, prefix_bits: int) -> tuple[tuple[str, str], int]:
        index, position = _integer(block, position, prefix_bits)
        if index:
            name = self._entry(index)[0]
        else:
            name, position = _string(block, position)
        value, position = _string(block, position)
        return (name, value), position

    def _entry(self, index: int) -> tuple[str, str]:
        if 1 <= index <= len(_STATIC_TABLE):
            return _STATIC_TABLE[index - 1]
        dynamic = index - len(_STATIC_TABLE) - 1
        if 0 <= dynamic < len(self._entries):
            return self._entries[dynamic]
        raise HpackError(f"header index {index} is in neither table")

    def _remember(self, header: tuple[str, str]) -> None:
        self._entries.insert(0, header)
        self._size += _entry_size(header)
        self._evict()

    def _resize(self, size: int) -> None:
        if size > self._allowed_size:
            raise HpackError(f"a table size of {size}; {self._allowed_size} is allowed")
        self._max_size = size
        self._evict()

    def _evict(self) -> None:
        while self._size > self._max_size:
            self._size -= _entry_size(self._entries.pop())


def _entry_size(header: tuple[str, str]) -> int:
    return len(header[0]) + len(header[1]) + _ENTRY_OVERHEAD


def _integer(block: bytes, position: int, prefix_bits: int) -> tuple[int, int]:
    limit = (1 << prefix_bits) - 1
    value = block[position] & limit
    position += 1
    if value < limit:
        return value, position
    shift = 0
    while True:
        octet = block[position]
        position += 1
        value += (octet & 0x7F) << shift
        shift += 7
        if value > _LARGEST_INTEGER or shift > 35:
            raise HpackError("an integer in the header block is too large")
        if not octet & 0x80:
            return value, position


def _string(block: bytes, position: int) -> tuple[str, int]:
    huffman = block[position] & 0x80
    length, position = _integer(block, position, 7)
    end = position + length
    if end > len(block):
        raise HpackError("the header block ends in the middle of a string")
    raw = block[position:end]
    return (_huffman_decode(raw) if huffman else raw).decode("latin-1"), end


def _huffman_decode(raw: bytes) -> bytes:
    symbols = _huffman_symbols()
    text = bytearray()
    code = length = 0
    for octet in raw:
        for shift in range(7, -1, -1):
            code = code << 1 | octet >> shift & 1
            length += 1
            symbol = symbols.get((length, code))
            if symbol is None:
                continue
            if symbol == _END_OF_STRING:
                raise HpackError("the end-of-string symbol inside a Huffman string")
            text.append(symbol)
            code = length = 0
    if length > 7 or code != (1 << length) - 1:
        raise HpackError("a Huffman string whose padding is not the start of end-of-string")
    return bytes(text)


_END_OF_STRING = 256
_huffman_table: dict[tuple[int, int], int] = {}


def _huffman_symbols() -> dict[tuple[int, int], int]:
    """The code of RFC 7541 appendix B as (length, code) -> symbol, made at first use."""
    if not _huffman_table:
        code = previous = 0
        # The code is canonical: codes of one length ascend with their symbols.
        for length, symbol in sorted((length, s) for s, length in enumerate(_HUFFMAN_LENGTHS)):
            code <<= length - previous
            _huffman_table[length, code] = symbol
            code, previous = code + 1, length
    return _huffman_table


# RFC 7541 appendix B: the length in bits of each symbol's code, 0 to 255 and end-of-string.
_HUFFMAN_LENGTHS = bytes.fromhex(
    "0d171c1c1c1c1c1c1c181e1c1c1e1c1c1c1c1c1c1c1c1e1c1c1c1c1c1c1c1c1c"
    "060a0a0c0d06080b0a0a080b080606060505050606060606060607080f060c0a"
    "0d06070707070707070707070707070707070707070707070807080d130d0e06"
    "0f05060506050606060507070606060506070605050607070707070f0b0e0d1c"
    "1416141416161617161717171717181718181617181717171715161716171718"
    "1615141616171715171616181516171715151615171617171416161617161617"
    "1a1a1413161716191a1a1a1b1b1a181913151a1b1b1a1b1815151a1a1c1b1b1b"
    "14181415161515171616191918181a171a1b1a1a1b1b1b1b1b1c1b1b1b1b1b1a"
    "1e"
)

# RFC 7541 appendix A.
_STATIC_TABLE = (
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
)
