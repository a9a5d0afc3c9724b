// @vitest-environment node
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { acceptedKinds, kindOf } from "@/features/upload/content-kind";
import { guessType, lookAt } from "@/features/upload/guess-type";

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A tar as POSIX.1 has it, each member with five bytes. */
function tar(...names: string[]): Uint8Array<ArrayBuffer> {
  const members = names.flatMap((name) => {
    const header = new Uint8Array(512);
    header.set(bytes(name));
    header.set(bytes("0000644\0"), 100);
    header.set(bytes("00000000005\0"), 124);
    header.set(bytes("        0"), 148);
    header.set(bytes("ustar\x0000"), 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(bytes(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    const body = new Uint8Array(512);
    body.set(bytes("hello"));
    return [header, body];
  });
  return joined(...members, new Uint8Array(1024));
}

/** A zip as far as local headers go. */
function zip(...names: string[]): Uint8Array<ArrayBuffer> {
  const members = names.map((name) => {
    const header = new Uint8Array(30);
    header.set(bytes("PK\x03\x04"));
    header.set([name.length, 0], 26);
    return joined(header, bytes(name), bytes("content"));
  });
  return joined(...members, bytes("PK\x01\x02"));
}

describe("what first bytes say", () => {
  it.each([
    ["gzip", new Uint8Array(gzipSync("hello"))],
    ["bzip2", bytes("BZh91AY&SY\x9c")],
    ["bzip2", bytes("BZh9\x17rE8P\x90")],
    ["xz", bytes("\xfd7zXZ\x00\x00\x04")],
    ["zstd", bytes("\x28\xb5\x2f\xfd\x24")],
    ["zip", zip("a")],
    ["zip", bytes(`PK\x05\x06${"\0".repeat(18)}`)],
    ["tar", tar("a.txt")],
    ["PDF", bytes("%PDF-1.7\n")],
    ["PDF", bytes("\0\0leading bytes\n%PDF-1.4\n")],
    ["OLE2 document", bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")],
    ["RTF", bytes("{\\rtf1\\ansi}")],
    ["text", bytes("h\xc3\xa9llo\n")],
    ["text", bytes("\xff\xfeh\0i\0")],
    ["unknown binary data", bytes("\x7fELF\x02\x01\x01\0")],
    ["unknown binary data", bytes("BZh: a text it is not\0")],
    ["empty", new Uint8Array()],
  ])("%s", (kind, head) => {
    expect(kindOf(head)).toBe(kind);
  });

  it("is no tar when the sum of the header is wrong", () => {
    const broken = tar("a.txt");
    broken[0] = 98;
    expect(kindOf(broken)).toBe("unknown binary data");
  });
});

describe("the type that is meant", () => {
  it.each([
    ["app_bundle", "backup.tar", tar("my_app/default/app.conf", "my_app/readme.txt")],
    ["app_bundle", "backup.zip", zip("my_app/metadata/default.meta")],
    ["instance_etc", "x.tar", tar("./etc/system/local/server.conf")],
    ["instance_etc", "x.tgz", new Uint8Array(gzipSync(tar("system/local/server.conf")))],
    [
      "ds_etc",
      "x.tgz",
      new Uint8Array(gzipSync(tar("etc/system/local/a.conf", "etc/deployment-apps/b/default/app.conf"))),
    ],
    ["archive", "photos.tgz", new Uint8Array(gzipSync(tar("a/b.jpg")))],
    ["ds_etc", "ds_etc-2026.tar.xz", bytes("\xfd7zXZ\x00\x00\x04")],
    ["instance_etc", "host1-instance-etc.tar.zst", bytes("\x28\xb5\x2f\xfd\x24")],
    ["app_bundle", "my_app.spl", new Uint8Array(gzipSync("not a tar"))],
    ["archive", "hands_etched.tar.bz2", bytes("BZh91AY&SY\x9c")],
    ["document", "letter", zip("[Content_Types].xml", "_rels/.rels")],
    ["document", "sheet.zip", zip("mimetype", "content.xml")],
    ["document", "old.doc", bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")],
    ["document", "misnamed.conf", bytes("%PDF-1.7\n")],
    ["single_conf", "server.conf", bytes("hello")],
    ["single_conf", "inputs.txt", bytes("# of a host\n[monitor:///var/log]\nindex = main\ndisabled=0\n")],
    ["document", "readme.md", bytes("[a]\nb = c\n")],
    ["document", "letter.txt", bytes("Dear heron,\nthe nest = ready.\nYours\n")],
  ])("is %s for %s", async (type, name, content) => {
    expect((await lookAt(new Blob([content]), name)).guess).toBe(type);
  });

  it("reads a gzip that is cut off as far as it goes", async () => {
    const many = Array.from({ length: 2_000 }, (_, at) => `app/default/${at}-${Math.sin(at)}.conf`);
    const whole = new Uint8Array(gzipSync(tar("app/default/app.conf", ...many)));
    expect((await lookAt(new Blob([whole.slice(0, whole.length / 2)]), "x")).guess).toBe("app_bundle");
  });

  it("is one that takes such content, wherever there is one", () => {
    for (const kind of ["gzip", "tar", "zip", "PDF", "RTF", "text", "OLE2 document"] as const) {
      expect(acceptedKinds(guessType(kind, "x"))).toContain(kind);
    }
  });
});
