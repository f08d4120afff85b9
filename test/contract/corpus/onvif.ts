/** A PullMessages answer as a camera, a proxy or noise may give it, and the plate that it is: none for most of them. */
export interface OnvifCase {
  readonly name: string;
  readonly document: string;
  readonly plate: string | undefined;
}

const PLATE = "29H67890";
const NOW = "2026-03-01T08:00:10Z";
const NAMESPACES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:e="http://www.onvif.org/ver10/events/wsdl" ' +
  'xmlns:n="http://docs.oasis-open.org/wsn/b-2" xmlns:t="http://www.onvif.org/ver10/schema" ' +
  'xmlns:tns1="http://www.onvif.org/ver10/topics"';

interface Parts {
  readonly number?: string;
  readonly utc?: string;
  readonly now?: string;
  readonly topic?: string;
  readonly operation?: string;
  readonly namespaces?: string;
}

function documentOf({ number = PLATE, utc = "2026-03-01T08:00:09Z", now = NOW, ...parts }: Parts = {}): string {
  const { topic = "tns1:RuleEngine/Recognition/LicensePlate", operation = "Changed" } = parts;
  return (
    `<s:Envelope ${parts.namespaces ?? NAMESPACES}><s:Body><e:PullMessagesResponse><e:CurrentTime>${now}</e:CurrentTime>` +
    `<n:NotificationMessage><n:Topic>${topic}</n:Topic><n:Message><t:Message UtcTime="${utc}" ` +
    `PropertyOperation="${operation}"><t:Data><t:ElementItem Name="LicensePlateInfo"><t:LicensePlateInfo>` +
    `<t:PlateNumber>${number}</t:PlateNumber></t:LicensePlateInfo></t:ElementItem></t:Data></t:Message></n:Message>` +
    "</n:NotificationMessage></e:PullMessagesResponse></s:Body></s:Envelope>"
  );
}

export function onvifCases(): OnvifCase[] {
  const whole = documentOf();
  return [
    { name: "the answer", document: whole, plate: PLATE },
    ...cuts(whole),
    ...swaps(whole),
    ...numbers(),
    ...times(),
    ...topics(),
    ...alien(),
  ];
}

/** Cut after every ninth character. */
function cuts(whole: string): OnvifCase[] {
  const lengths = Array.from({ length: Math.floor(whole.length / 9) }, (_, index) => index * 9);
  return lengths.map((length) => ({
    name: `the first ${length} characters`,
    document: whole.slice(0, length),
    plate: undefined,
  }));
}

/** One element has another name, or another namespace. */
function swaps(whole: string): OnvifCase[] {
  const tags = [
    "s:Envelope",
    "s:Body",
    "e:PullMessagesResponse",
    "e:CurrentTime",
    "n:NotificationMessage",
    "n:Topic",
    "n:Message",
    "t:Message",
    "t:Data",
    "t:ElementItem",
    "t:LicensePlateInfo",
    "t:PlateNumber",
  ];
  return tags.flatMap((tag) => {
    const renamed = (to: string) => whole.replaceAll(`<${tag}`, `<${to}`).replaceAll(`</${tag}`, `</${to}`);
    const [prefix = "", name = ""] = tag.split(":");
    return [
      { name: `${tag} as ${tag}X`, document: renamed(`${tag}X`), plate: undefined },
      { name: `${tag} of no namespace`, document: renamed(name), plate: undefined },
      { name: `${tag} in lower case`, document: renamed(`${prefix}:${name.toLowerCase()}`), plate: undefined },
      { name: `${tag} not closed`, document: whole.replaceAll(`</${tag}>`, ""), plate: undefined },
    ];
  });
}

function numbers(): OnvifCase[] {
  const good = [
    "012345",
    "1e5",
    "0x10",
    "true",
    "null",
    "桂A·12345",
    "&#50;9H67890",
    "２９Ｃ１２３４５",
    "A".repeat(32),
  ];
  const read: Record<string, string> = { "&#50;9H67890": PLATE };
  const bad = [
    "",
    " ",
    "\n\t",
    "A".repeat(33),
    "A".repeat(5000),
    "29H\u202e67890",
    "29H\u200b67890",
    "29H\u009b67890",
    "29H\ufeff67890",
    "29H\u2028678",
    "&bogus;",
    "&#0;",
    "&#xFFFFFF;",
    "&",
    "<",
    "<t:PlateNumber>",
    "<![CDATA[29H67890",
    "<!--29H67890-->",
    "29H&#8238;67890",
    "&#27;[2J29H",
    "\ue000\ue001",
  ];
  return [
    ...good.map((number) => ({
      name: `B9 ${number}`,
      document: documentOf({ number }),
      plate: read[number] ?? number,
    })),
    ...bad.map((number) => ({
      name: `B9 ${JSON.stringify(number.slice(0, 30))}`,
      document: documentOf({ number }),
      plate: undefined,
    })),
  ];
}

function times(): OnvifCase[] {
  const bad = [
    "",
    "now",
    "0",
    "1772352009",
    "2026-03-01",
    "08:00:09Z",
    "2026-03-01T08:00:09",
    "2026-03-01 08:00:09Z",
    "2026-13-01T08:00:09Z",
    "2026-03-01T25:00:09Z",
    "2026-03-01T08:00:09z",
    "26-03-01T08:00:09Z",
    "2026-03-01T07:59:30Z",
    "2026-02-28T08:00:09Z",
    "1970-01-01T00:00:00Z",
    "2026-03-01T08:00:09+07:00",
    "2026-03-01T08:00:09.Z",
    "Sun, 01 Mar 2026 08:00:09 GMT",
  ];
  const odd = bad.filter((one) => !one.endsWith("07:59:30Z") && !one.startsWith("2026-02") && !one.includes("+07"));
  return [
    ...bad.map((utc) => ({ name: `B15 seen at ${utc}`, document: documentOf({ utc }), plate: undefined })),
    ...odd
      .filter((one) => one !== "1970-01-01T00:00:00Z")
      .map((now) => ({ name: `B15 asked at ${now}`, document: documentOf({ now }), plate: undefined })),
    { name: "seen at the last moment", document: documentOf({ utc: "2026-03-01T07:59:40Z" }), plate: PLATE },
    { name: "another zone", document: documentOf({ utc: "2026-03-01T15:00:09+07:00" }), plate: PLATE },
    // The camera's clock was set back between the two: the plate is new all the same.
    { name: "seen in the future", document: documentOf({ utc: "2026-03-01T08:00:20Z" }), plate: PLATE },
  ];
}

function topics(): OnvifCase[] {
  const names = [
    "",
    "tns1:",
    "RuleEngine/Recognition/LicensePlate",
    "tns1:RuleEngine/Recognition",
    "tns1:RuleEngine/Recognition/Face",
    "tns1:RuleEngine/Recognition/LicensePlate/More",
    "tns1:ruleengine/recognition/licenseplate",
    "tns2:RuleEngine/Recognition/LicensePlate",
    "t:RuleEngine/Recognition/LicensePlate",
    "tns1:RuleEngine/LineDetector/Crossed",
    "tns1:VideoSource/MotionAlarm",
    "tns1:RuleEngine//Recognition/LicensePlate",
  ];
  return [
    ...names.map((topic) => ({ name: `topic ${topic}`, document: documentOf({ topic }), plate: undefined })),
    ...["Initialized", "Deleted"].map((operation) => ({
      name: `operation ${operation}`,
      document: documentOf({ operation }),
      plate: undefined,
    })),
    ...["Changed", "", "changed", "New"].map((operation) => ({
      name: `operation ${operation || "that is empty"}`,
      document: documentOf({ operation }),
      plate: PLATE,
    })),
  ];
}

function alien(): OnvifCase[] {
  return [
    "",
    " ",
    "\ufeff",
    "\u0000",
    "HTTP/1.1 400 Bad Request",
    "<!DOCTYPE html><html><body>Log in</body></html>",
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    '{"UtcTime":"2026-03-01T08:00:09Z","Data":{"PlateNumber":"29H67890"}}',
    "<s:Envelope/>",
    `<s:Envelope ${NAMESPACES}/>`,
    `<s:Envelope ${NAMESPACES}><s:Body/></s:Envelope>`,
    `<s:Envelope ${NAMESPACES}><s:Body><s:Fault/></s:Body></s:Envelope>`,
    `${documentOf()}${documentOf()}`,
    `${documentOf()}x`,
    "<a>".repeat(100),
    "<__proto__><PlateNumber>29H67890</PlateNumber></__proto__>",
    "\u00ff\u00fe<\u0000a\u0000>\u0000",
    "\u001f\u008b\u0008\u0000",
    "ST,GS,+0032480kg",
  ].map((document) => ({ name: `alien ${JSON.stringify(document.slice(0, 40))}`, document, plate: undefined }));
}
