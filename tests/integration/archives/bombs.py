"""Archives that are small and ask for much, built without ever holding what they unpack to."""

import io
import struct
import tarfile
import zlib

from forebay.testing.archive_examples import MIB, gzip_of, tar_info, tar_of, zip_of

_BLOCK = 16 * MIB


def gzip_bomb(head: bytes, zeros: int) -> bytes:
    """A gzip of `head` and that many bytes of zeros. Its checksum is wrong: nobody should come that far."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packing.compress(head) + packing.flush(zlib.Z_FULL_FLUSH)
    block = packing.compress(bytes(_BLOCK)) + packing.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers to what was before: the same bytes can stand there any number of times.
    deflated = start + block * (zeros // _BLOCK) + packing.flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflated + bytes(8)


def tar_gz_bomb(size: int) -> bytes:
    info = tar_info("zeros", size)
    return gzip_bomb(info.tobuf(tarfile.GNU_FORMAT), size)


def zips_in_zips(levels: int, each: int) -> bytes:
    """In the manner of 42.zip: every zip holds several copies of the next one, the innermost holds zeros."""
    data = zip_of({"zeros": bytes(16 * MIB)})
    for _ in range(levels):
        data = zip_of({f"{number}.zip": data for number in range(each)})
    return data


def tars_in_tars(levels: int) -> bytes:
    data = b"at the bottom"
    for _ in range(levels):
        data = gzip_of(tar_of({"inner.tgz": data}))
    return data


def tar_of_many(count: int) -> bytes:
    """Empty members. The headers differ in name and checksum only."""
    template = bytearray(tar_info("d/000000000").tobuf(tarfile.USTAR_FORMAT))
    base = sum(template[:148]) + 256 + sum(template[156:]) - sum(b"000000000")
    out = bytearray(512 * (count + 20))
    for number in range(count):
        name = b"%09d" % number
        template[2:11] = name
        template[148:156] = b"%06o\0 " % (base + sum(name))
        out[512 * number : 512 * (number + 1)] = template
    return bytes(out)


def zip_of_many(count: int) -> bytes:
    out, directory = io.BytesIO(), io.BytesIO()
    local, record = struct.Struct("<4s5H3L2H"), struct.Struct("<4s4B4H3L5H2L")
    for number in range(count):
        name = b"d/%09d" % number
        directory.write(
            record.pack(
                b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0o100644 << 16, out.tell()
            )
        )
        directory.write(name)
        out.write(local.pack(b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0))
        out.write(name)
    start, size = out.tell(), directory.tell()
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return out.getvalue() + directory.getvalue() + end64 + locator + end


def overlapping_zip(count: int) -> bytes:
    """One compressed block of zeros that every record of the directory points to."""
    whole = zip_of({"zeros": bytes(16 * MIB)})
    start = whole.index(b"PK\x01\x02")
    record = whole[start : whole.index(b"PK\x05\x06")]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(record) * count, start, 0)
    return whole[:start] + record * count + end


def sparse_tar(size: int) -> bytes:
    """A file of zeros that has one byte at its end, in the old format of GNU tar."""
    block = bytearray(tar_info("sparse", 1).tobuf(tarfile.GNU_FORMAT))
    block[156:157] = tarfile.GNUTYPE_SPARSE
    block[386:410] = (b"\x80" + (size - 1).to_bytes(11, "big")) + b"%011o\0" % 1
    block[483:495] = b"\x80" + size.to_bytes(11, "big")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + b"x".ljust(512, b"\0") + bytes(1024)


def xz_dictionary(packed: bytes, code: int) -> bytes:
    """The same .xz file, asking for another size of dictionary: 40 is 4 GiB - 1 (xz format, 5.3.1)."""
    out = bytearray(packed)
    size = (out[12] + 1) * 4
    place = out.index(b"\x21\x01", 12) + 2
    out[place] = code
    out[12 + size - 4 : 12 + size] = zlib.crc32(out[12 : 12 + size - 4]).to_bytes(4, "little")
    return bytes(out)
