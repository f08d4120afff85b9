import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLaneError } from "#contract/errors";
import { readEnvelope } from "#devices/transport/onvif/soap";
import { child, childrenNamed, escapeXml, parseXml } from "#devices/transport/onvif/xml";

const refuses = (document: string) =>
  assert.throws(
    () => parseXml(document),
    (error) => isLaneError(error, "DEVICE_PROTOCOL"),
  );

describe("XML of a camera", () => {
  it("keeps everything text", () => {
    const root = parseXml('<a b="007"><n>012345</n><n>1e400</n><n>true</n></a>');
    assert.equal(root.attributes.get("b"), "007");
    assert.deepEqual(
      childrenNamed(root, "", "n").map(({ text }) => text),
      ["012345", "1e400", "true"],
    );
  });

  it("decodes the predefined entities and character references once, and leaves CDATA alone", () => {
    const root = parseXml('<a b="&quot;x&#39;"><t>&amp;lt; &#x6842;A &#26690;</t><c><![CDATA[&amp;<b>]]></c></a>');
    assert.equal(root.attributes.get("b"), "\"x'");
    assert.equal(child(root, "", "t")?.text, "&lt; 桂A 桂");
    assert.equal(child(root, "", "c")?.text, "&amp;<b>");
  });

  it("resolves namespaces where they stand", () => {
    const root = parseXml('<p:a xmlns:p="urn:1" xmlns="urn:2"><b><p:c xmlns:p="urn:3"/></b></p:a>');
    assert.equal(root.namespace, "urn:1");
    const b = child(root, "urn:2", "b");
    assert.equal(child(b, "urn:3", "c")?.resolve("p"), "urn:3");
    assert.equal(child(b, "urn:1", "c"), undefined);
    assert.equal(b?.resolve("q"), undefined);
  });

  it("escapes what it writes so that it reads it back", () => {
    const hostile = `<&>"'桂 ]]>`;
    assert.equal(parseXml(`<a>${escapeXml(hostile)}</a>`).text, hostile);
    assert.equal(parseXml(`<a b="${escapeXml(hostile)}"/>`).attributes.get("b"), hostile);
  });

  it("B13 refuses an entity bomb and external entities", () => {
    refuses('<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;&y;</a>');
    refuses('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>');
    refuses("<a>&x;</a>");
  });

  it("B13 refuses 10 MB, 100,000 levels and 200,000 elements", () => {
    refuses(`<a>${"x".repeat(10_000_000)}</a>`);
    refuses("<a>".repeat(100_000) + "</a>".repeat(100_000));
    refuses(`<a>${"<b/>".repeat(200_000)}</a>`);
    refuses("<a>".repeat(70) + "</a>".repeat(70));
    assert.equal(parseXml("<a>".repeat(64) + "</a>".repeat(64)).name, "a");
  });

  it("B13 refuses __proto__ and leaves every object as it was", () => {
    refuses("<a><__proto__><polluted>1</polluted></__proto__></a>");
    refuses('<a __proto__="1"/>');
    assert.equal("polluted" in {}, false);
  });

  it("refuses what is not one well-formed document", () => {
    for (const document of ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a>&#0;</a>", "<a>&#xD800;</a>"]) {
      refuses(document);
    }
    refuses("<!DOCTYPE html><html><body>Log in</body></html>");
  });
});

describe("SOAP envelopes", () => {
  const envelope = (body: string, namespace = "http://www.w3.org/2003/05/soap-envelope") =>
    `<e:Envelope xmlns:e="${namespace}"><e:Body>${body}</e:Body></e:Envelope>`;
  const fault = (codes: string) =>
    envelope(
      `<e:Fault><e:Code><e:Value>e:Sender</e:Value>${codes}</e:Code><e:Reason><e:Text>no\nway\u202e</e:Text></e:Reason></e:Fault>`,
    );

  it("gives the body", () => assert.equal(readEnvelope(envelope("<x/>")).children[0]?.name, "x"));

  it("B13 refuses other namespaces and other documents", () => {
    for (const document of [envelope("<x/>", "urn:other"), "<html/>", "<Envelope><Body/></Envelope>"]) {
      assert.throws(
        () => readEnvelope(document),
        (error) => isLaneError(error, "DEVICE_PROTOCOL"),
      );
    }
  });

  it("tells a refused log-in from other faults, also in a nested code", () => {
    const nested =
      "<e:Subcode><e:Value>ter:X</e:Value><e:Subcode><e:Value>ter:NotAuthorized</e:Value></e:Subcode></e:Subcode>";
    assert.throws(
      () => readEnvelope(fault(nested)),
      (error) => isLaneError(error, "DEVICE_AUTH"),
    );
    const other = "<e:Subcode><e:Value>ter:ActionNotSupported</e:Value></e:Subcode>";
    assert.throws(
      () => readEnvelope(fault(other)),
      (error) => {
        assert.ok(isLaneError(error, "DEVICE_PROTOCOL"));
        assert.match(error.detail, /ActionNotSupported no way $/);
        return true;
      },
    );
  });
});
