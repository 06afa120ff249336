const many = (n: number, one: string, more = `${one}s`) => `${n} ${n === 1 ? one : more}`;

export const packTexts = {
  packs: {
    title: "Law",
    lead: "The jurisdiction packs in force here, and what changes for these cameras.",
    import: "Import a pack",
    importing: "Checking the pack",
    imported: (id: string, version: string) => `${id} ${version} is announced`,
    packs: "Packs in force",
    pack: "Pack",
    version: "Version",
    checked: "Compared with the law",
    due: "Due again",
    origin: "From",
    shipped: "came with the program",
    overdue: "overdue",
    overdueText:
      "A pack in force was due to be compared with the law again and has not been. It still decides; import a newer one, or have counsel confirm that nothing changed.",
    announcedTitle: (list: string) => `Announced: ${list}`,
    announcedText:
      "Where it is stricter it counts already. Where it is looser it counts when you approve it.",
    approve: "Approve",
    approveTitle: "Put the announced law in force?",
    approveText:
      "Your name stands in the ledger under this. What the new law loosens is permitted from then on.",
    withdraw: "Put away",
    withdrawTitle: "Put away what is announced?",
    withdrawText: "The law in force stays as it is. The file can be imported again.",
    approved: "The announced law is in force",
    withdrawn: "The announced pack is put away",
    today: "Read otherwise at once",
    later: "Will be read otherwise",
    nothing: "Nothing changes for these cameras.",
    rules: (added: number, changed: number, gone: number) =>
      `${many(added, "new rule")}, ${changed} changed, ${gone} gone`,
    lookAgain: "Records to look at again",
    lookAgainText: (rule: string) => `${rule} asks for it and has changed.`,
    recordings: "Recordings that would go",
    recordingsText: (camera: string, from: number | null, to: number, size: string) =>
      `${camera}: kept for ${from === null ? "as long as wished" : many(from, "day")} before, ${many(to, "day")} at most then; ${size} are older.`,
    horizon: "Horizon",
    horizonLead: (until: string) => `Every dated change that touches these cameras until ${until}.`,
    noHorizon: "No rule and no record changes anything for these cameras in this time.",
    asIf: "As if it were",
    months: "Months",
    calendar: "iCalendar",
    stricter: "stricter",
    looser: "looser",
    matrix: "Matrix of that day",
    causes: { law: "The law changes", record: "A record begins or ends", pack: "Another pack" },
    more: (n: number) => `and ${n} more`,
  },
};
