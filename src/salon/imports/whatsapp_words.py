"""What WhatsApp itself writes into an exported chat, in the languages that we know.

Read on exports and in the word lists of others' parsers, November 2026. A language that is missing does little harm:
Apple's telephones mark the program's own words, and elsewhere they stand in angle brackets or have no name before them.
"""

from __future__ import annotations

import re

#: "<Media omitted>": a short thing in angle brackets alone, whatever the language. "null" is a picture to be seen once.
PLACEHOLDER = re.compile(r"<[^<>\n]{2,60}>|null")

#: "image omitted" without the mark that should stand before it.
_KINDS = r"(?:image|video|gif|sticker|audio|document|photo|contact card|video note|voice message)"
OMITTED = re.compile(
    rf"{_KINDS} omitted|(?:Bild|Video|GIF|Sticker|Audio|Dokument) weggelassen"
    r"|(?:imagen|audio|video|GIF|sticker|documento) omitid[oa]|image absente|vidéo absente|audio omis"
    r"|(?:immagine|video|audio|sticker|documento) omess[oa]|(?:imagem|áudio|vídeo|figurinha) ocultad[oa]"
    r"|(?:图像|图片|照片|视频|音频|语音|贴图|文档|圖片|影片|音訊|貼圖|文件)已?(?:省略|忽略|略去)"
    r"|(?:画像|動画|音声|ステッカー|文書)は含まれていません|(?:изображение|видео|аудио|стикер) (?:отсутствует|опущено)",
    re.I,
)

#: "IMG-20251126-WA0001.jpg (file attached)", alone on its line.
ATTACHED = re.compile(r"\S[^\n]{0,200}\.\w{2,5} [(（][^()（）\n]{3,40}[)）]")
#: "<attached: 00000012-PHOTO.jpg>", anywhere.
ATTACHED_MARK = re.compile(r"\s*\u200e?<[^<>\n:：]{2,24}\s?[:：]\s?[^<>\n]{1,200}\.\w{2,5}>")

#: "<This message was edited>", at the end.
EDITED = re.compile(
    r"\s*\u200e?<[^<>\n]*(?:edited|bearbeitet|edit[óo]|editad[oa]|modifi|изменен|bewerkt|düzenlen|diedit|编辑|編輯|編集|수정"
    r"|redigera|redigeret|edytowan|تعديل)[^<>\n]*>\s*$",
    re.I,
)

#: What stands where a message was before it was taken back.
DELETED = re.compile(
    r"(?:this message was deleted(?: by admin\b.*)?|you deleted this message(?: as admin)?"
    r"|diese nachricht wurde (?:von admin .{1,80} )?gelöscht|du hast diese nachricht gelöscht"
    r"|(?:se eliminó|eliminaste) este mensaje|este mensaje fue eliminado"
    r"|ce message a été supprimé|vous avez supprimé ce message"
    r"|questo messaggio è stato eliminato|hai eliminato questo messaggio"
    r"|(?:esta )?mensagem (?:foi )?apagada|você apagou esta mensagem|eliminou esta mensagem"
    r"|dit bericht is verwijderd|u hebt dit bericht verwijderd"
    r"|(?:данное )?сообщение удалено|вы удалили данное сообщение"
    r"|bu mesaj silindi|bu mesaj\u0131 sildiniz|pesan ini (?:telah )?dihapus|anda menghapus pesan ini"
    r"|(?:此|这条|這則)?(?:消息|訊息)已(?:被)?(?:删除|刪除|撤回)|[你您]已?(?:删除|刪除|撤回)了?(?:此|这条|這則)(?:消息|訊息)"
    r"|このメッセージは削除されました|(?:이 메시지는 )?삭제된 메시지입니다\.?|تم حذف هذه الرسالة)[.。]?",
    re.I,
)

#: What is said of a group or a call; also where a telephone of Apple puts a name before it, and its mark was lost.
NEWS = re.compile(
    r"messages and calls are end-to-end encrypted|messages to this (?:group|chat) (?:and calls )?are now secured"
    r"|your security code with|changed (?:the|this) (?:subject|group|description)|changed their phone number"
    r"|created (?:this )?group\b|joined using (?:this|a)|(?:were|was) added$|^you(?:'re| are) now an admin"
    r"|nachrichten und anrufe sind ende-zu-ende|los mensajes y las llamadas están cifrados"
    r"|les messages et les appels sont chiffrés|消息和通话都进行端到端加密|訊息和通話都受到端對端加密"
    r"|^missed (?:voice|video|group)(?: voice| video)? call|^waiting for this message",
    re.I,
)
