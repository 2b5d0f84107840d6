window.YTD.direct_messages_group.part0 = [ {
  "dmConversation" : {
    "conversationId" : "2001",
    "messages" : [ {
      "messageCreate" : {
        "reactions" : [ ],
        "urls" : [ ],
        "text" : "who brings the ball?",
        "mediaUrls" : [ ],
        "senderId" : "1002",
        "id" : "701000000000000001",
        "createdAt" : "2016-02-20T06:22:05.085Z"
      }
    }, {
      "participantsLeave" : {
        "userIds" : [ "1003" ],
        "createdAt" : "2016-02-20T05:35:33.497Z"
      }
    }, {
      "participantsJoin" : {
        "initiatingUserId" : "1002",
        "userIds" : [ "1004", "1005" ],
        "createdAt" : "2016-02-09T01:38:06.141Z"
      }
    }, {
      "conversationNameUpdate" : {
        "initiatingUserId" : "1002",
        "name" : "five-a-side",
        "createdAt" : "2016-02-08T18:43:50.249Z"
      }
    }, {
      "joinConversation" : {
        "initiatingUserId" : "1002",
        "participantsSnapshot" : [ "1001", "1002", "1003" ],
        "createdAt" : "2015-12-20T10:51:37.176Z"
      }
    }, {
      "trustConversation" : {
        "reason" : "accept",
        "createdAt" : "2015-12-20T10:50:00.000Z"
      }
    } ]
  }
} ]
