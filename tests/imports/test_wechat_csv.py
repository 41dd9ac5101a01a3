"""Tables of messages, told by their columns."""

from __future__ import annotations

from tests.imports.reads import likeness_of, read_as, said_in, told_in

REFER = (
    '"<msg><appmsg><title>同意</title><type>57</type><refermsg><svrid>0</svrid><displayname>林嘉</displayname>'
    '<content>大家好</content></refermsg></appmsg></msg>"'
)
BACKUP = f"""localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender
1,217,1,0,0,1795090501,,大家好,2026-11-19 20:15:01,私下的备注,林嘉,wxid_a
2,217,3,0,0,1795090502,,<msg><img/></msg>,2026-11-19 20:15:02,,阿明,wxid_b
3,217,1,0,0,1795090503,,"多行
第二行",2026-11-19 20:15:03,,阿明,wxid_c
4,217,49,57,0,1795090504,,{REFER},2026-11-19 20:15:04,,阿明,wxid_b
5,217,10000,0,0,1795090505,,"\"\"阿明\"\" 撤回了一条消息",2026-11-19 20:15:05,,,
6,217,1
7,217,1,0,1,1795090506,,我的话,2026-11-19 20:15:06,私下的备注,林嘉,wxid_a
8,217,1,0,0,abc,,没有时间,,,林嘉,wxid_a
"""


def test_a_backups_table() -> None:
    reading = read_as("wechatcsv", BACKUP)
    assert said_in(reading) == [("林嘉", "大家好"), ("阿明", "多行\n第二行"), ("阿明", "同意"), ("我", "我的话")]
    assert told_in(reading) == ["", '"阿明" 撤回了一条消息']
    assert [line.split(":")[1] for line in reading.unread] == ["8", "10"]
    assert not reading.is_floating


def test_one_name_with_two_keys_is_two_authors() -> None:
    reading = read_as("wechatcsv", BACKUP)
    assert len({m.author for m in reading.messages if m.name == "阿明"}) == 2


def test_an_answer_names_what_it_answers_and_holds_only_its_own_words() -> None:
    reading = read_as("wechatcsv", BACKUP)
    (answer,) = [m for m in reading.messages if m.text == "同意"]
    assert answer.reply_to == "1"


def test_the_owners_private_remark_is_not_shown() -> None:
    assert "私下的备注" not in {m.name for m in read_as("wechatcsv", BACKUP).messages}


def test_what_was_recalled_is_gone_even_where_the_exporter_kept_it() -> None:
    told = "<newmsgid>71</newmsgid><replacemsg>撤回</replacemsg>"
    recall = f'"<sysmsg type=""revokemsg""><revokemsg>{told}</revokemsg></sysmsg>"'
    text = f"MsgSvrID,Type,StrContent,CreateTime,Sender\n71,1,说错了,1795090501,a\n72,10002,{recall},1795090502,a\n"
    assert [(m.text, m.role) for m in read_as("wechatcsv", text).messages] == [("", "system"), ("撤回", "system")]


def test_columns_of_other_exporters() -> None:
    text = (
        "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n"
        "1,9,文本,0,阿明,,好,,1795090501\n2,10,图片,0,阿明,,图片,a,1795090502\n"
    )
    assert said_in(read_as("wechatcsv", text)) == [("阿明", "好")]


def test_a_table_of_anybody_by_plain_names() -> None:
    text = "时间;昵称;内容\n2026-11-19 20:15:01;阿明;好\n2026/11/19 20:16;林嘉;嗯\n"
    assert likeness_of(text) == {"wechatcsv": 0.4}
    reading = read_as("wechatcsv", text)
    assert said_in(reading) == [("阿明", "好"), ("林嘉", "嗯")]
    assert reading.is_floating


def test_entities_are_not_resolved() -> None:
    bomb = '"<!DOCTYPE a [<!ENTITY b ""boom"">]><msg><appmsg><title>&b;</title></appmsg></msg>"'
    reading = read_as("wechatcsv", f"Type,StrContent,CreateTime,Sender\n49,{bomb},1795090501,a\n")
    assert "boom" not in "".join(m.text for m in reading.messages if m.role == "member")


def test_tables_of_other_things_are_no_chat() -> None:
    for text in ("", "a,b\n1,2\n", "name,price\nx,1\n", "date,amount,name\n2026-01-01,1,x\n", "\0,\0\n"):
        assert "wechatcsv" not in likeness_of(text)
        read_as("wechatcsv", text)
