// Every sentence the page itself says to a resident. What the bot says comes from the server.

export const SPEAKERS = { resident: "您", bot: "小呼", staff: "工作人员", system: "通知" };

export const STATES = { sending: "正在发送…", sent: "已发出", failed: "未发出" };

export const TEXTS = {
  connecting: "正在连接，请稍等。",
  offline: "网络不太通，正在重新连接。急事请拨打 12345。",
  renewed: "上次的对话时间太久，已经为您开了新的对话，请接着说。",
  unsent: "有一条消息没有发出去。请点那条消息下面的“重试”，或者拨打 12345。",
  fileLost: "文件没有发完，请重新选一次。",
  tooLarge: "这个文件太大，发不出去。请选 20 兆以内的，视频可以拍短一点。",
  refused: "这条内容发不出去。请换个说法再试，或者拨打 12345。",
  locating: "正在找您的位置，请稍等。",
  noLocation: "没能取得您的位置。没关系，写上小区、路名或门牌号就行。",
  record: "语音",
  stopRecording: "说完了，发送",
  recording: (seconds) => `正在听您说（${seconds} 秒）。说完点“说完了，发送”。`,
  noMicrophone: "用不了麦克风。再点一下“语音”可以选录好的语音，打字也行。",
  myPlace: "我现在的位置",
  retry: "重试",
  caseNo: "编号",
  replies: "可以点这里回答",
  myPhoto: "您发的照片",
  myVideo: "您发的视频",
  listen: "听一遍",
  watch: "看一遍",
  stop: "停下",
};

// Replies that file the appeal, in the server's words (dialogue/texts.py): as first button they are the primary one.
export const LEADING_REPLIES = ["对，就这样报", "补充到那一件", "没办好，重新办"];

const FILE_NAMES = { image: "📷 照片", video: "🎬 视频", audio: "🎤 语音" };

/** What kind of file it is, never its name; `seconds` of a voice that was recorded here. */
export function describeFile(file, seconds) {
  const name = FILE_NAMES[file.type.split("/")[0]] || "📄 文件";
  return seconds ? `${name} ${seconds} 秒` : name;
}

export function describeRefusal(status) {
  return status === 413 ? TEXTS.tooLarge : TEXTS.refused;
}
